// Editing: the files, and beside them what holds; where the window is narrow one after the other.
import { Stack, Tabs, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { Problem } from "@/parts/problem";

import type { Checked } from "./checked";
import { Counterexample } from "./counterexample";
import { Failures } from "./failures";
import { FileTabs } from "./files";
import { Options } from "./options";
import { Problems } from "./problems";
import classes from "./studio.module.css";
import { VerdictTable } from "./verdict-table";
import type { Files, Workspace } from "./workspace";

interface Props {
  workspace: Workspace;
  files: Files;
  checked: Checked;
}

export function Desk({ workspace, files, checked }: Props) {
  const { t } = useTranslation("studio");
  const isNarrow = useMediaQuery("(max-width: 62em)", false, { getInitialValueInEffect: false });
  const [file, setFile] = useState("model.yaml");
  const [goTo, setGoTo] = useState<{ line: number } | null>(null);
  const [side, setSide] = useState<string>("files");
  const [played, setPlayed] = useState<Schemas["Verdict"] | null>(null);
  const shown = isNarrow || side !== "files" ? side : "check";
  const { answer, good } = checked;

  function place(path: string, line: number) {
    setFile(path);
    setGoTo({ line });
    if (isNarrow) setSide("files");
  }

  const texts = (
    <FileTabs
      workspace={workspace}
      answer={answer}
      outline={good?.outline}
      shown={file in files ? file : "model.yaml"}
      onShow={setFile}
      goTo={goTo}
    />
  );
  return (
    <>
      <div className={file.endsWith(".bpmn") ? `${classes.desk} ${classes.drawn}` : classes.desk}>
        {!isNarrow && <section aria-label={t("side.files")}>{texts}</section>}
        <Tabs value={shown} onChange={(next) => setSide(next ?? "check")} keepMounted={false} variant="pills">
          <Tabs.List>
            {isNarrow && <Tabs.Tab value="files">{t("side.files")}</Tabs.Tab>}
            <Tabs.Tab value="check">{t("side.check")}</Tabs.Tab>
            <Tabs.Tab value="options">{t("side.options")}</Tabs.Tab>
          </Tabs.List>
          {isNarrow && (
            <Tabs.Panel value="files" pt="xs">
              {texts}
            </Tabs.Panel>
          )}
          <Tabs.Panel value="check" pt="xs">
            <Findings checked={checked} onPlace={place} onPlay={setPlayed} />
          </Tabs.Panel>
          <Tabs.Panel value="options" pt="xs">
            {good?.outline && <Options outline={good.outline} onLine={(line) => place("model.yaml", line)} />}
          </Tabs.Panel>
        </Tabs>
      </div>
      {good && played && (
        <Counterexample answer={good} verdict={played} files={files} onClose={() => setPlayed(null)} />
      )}
    </>
  );
}

interface Found {
  checked: Checked;
  onPlace: (path: string, line: number) => void;
  onPlay: (verdict: Schemas["Verdict"]) => void;
}

function Findings({ checked, onPlace, onPlay }: Found) {
  const { t } = useTranslation("studio");
  const { answer, good, isOld, error, retry } = checked;
  const isEarlier = answer !== undefined && good !== undefined && answer !== good;
  return (
    <Stack gap="xs" aria-busy={isOld}>
      {error && <Problem error={error} retry={retry} />}
      {answer && <Problems problems={answer.problems} onPlace={onPlace} />}
      {isEarlier && <Text size="sm">{t("table.earlier")}</Text>}
      {good && <Failures answer={good} onPlay={onPlay} />}
      {good && <VerdictTable answer={good} onPlay={onPlay} />}
    </Stack>
  );
}
