// Another process: an empty drawing under a name of its own, to be named in model.yaml.
import { Button, Group, Popover, TextInput } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";

import { emptyDrawing } from "./bpmn/empty";

interface Props {
  /** Paths that there are. */
  taken: string[];
  onMade: (path: string, text: string) => void;
}

const NAME = /^[a-z][a-z0-9-]{0,60}$/;

export function NewProcess({ taken, onMade }: Props) {
  const { t } = useTranslation("studio");
  const [isOpen, setOpen] = useState(false);
  const [title, setTitle] = useState("");
  const path = `processes/${title}.bpmn`;
  const wrong = !NAME.test(title) ? t("files.newName") : taken.includes(path) ? t("files.newTaken") : "";

  function make(event: SyntheticEvent) {
    event.preventDefault();
    if (wrong) return;
    onMade(path, emptyDrawing(title));
    setTitle("");
    setOpen(false);
  }

  return (
    <Popover opened={isOpen} onChange={setOpen} trapFocus withArrow position="top-start">
      <Popover.Target>
        <Button size="xs" variant="default" onClick={() => setOpen(!isOpen)}>
          {t("files.new")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("files.new")}>
        <form onSubmit={make}>
          <Group align="end" gap="xs">
            <TextInput
              label={t("files.newLabel")}
              description={t("files.newHelp")}
              value={title}
              error={title ? wrong : ""}
              data-autofocus
              onChange={(event) => setTitle(event.currentTarget.value)}
            />
            <Button type="submit" disabled={wrong !== ""}>
              {t("files.newMake")}
            </Button>
          </Group>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
