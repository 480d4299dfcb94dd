// The structures under debate, and when each is to come: what they change stands in the model's text.
import { Button, Group, Paper, Stack, Text, Timeline, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { useName } from "@/text/language";

type Outline = Schemas["Outline"];

interface Props {
  outline: Outline;
  /** Go to a line of model.yaml. */
  onLine: (line: number) => void;
}

export function Options({ outline, onLine }: Props) {
  const { t } = useTranslation("studio");
  const name = useName();
  return (
    <Stack>
      <Title order={2} size="h4">
        {t("options.title")}
      </Title>
      {outline.options.length === 0 && <Text>{t("options.none")}</Text>}
      {outline.options.map((option) => (
        <Paper key={option.id} withBorder p="sm">
          <Group justify="space-between" wrap="nowrap" align="start">
            <div>
              <Text fw={600}>
                {option.id} {name(option.name)}
              </Text>
              <Text size="sm">{name(option.note)}</Text>
            </div>
            {option.line > 0 && (
              <Button size="xs" variant="default" onClick={() => onLine(option.line)}>
                {t("options.edit", { line: option.line })}
              </Button>
            )}
          </Group>
        </Paper>
      ))}
      {outline.phases.length > 0 && (
        <>
          <Title order={2} size="h4">
            {t("phases.title")}
          </Title>
          <Timeline active={outline.phases.length} bulletSize={16}>
            {outline.phases.map((phase) => (
              <Timeline.Item key={phase.id} title={name(phase.name)}>
                <Text size="sm">
                  {phase.begins || t("phases.open")} · {phase.option}
                </Text>
              </Timeline.Item>
            ))}
          </Timeline>
        </>
      )}
    </Stack>
  );
}
