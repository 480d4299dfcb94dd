// What fails, in a few lines above the whole table: the worst is not to be searched for.
import { Alert, Button, Group, Text } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { useName } from "@/text/language";

type Verdict = Schemas["Verdict"];

interface Props {
  answer: Schemas["CheckAnswer"];
  onPlay: (verdict: Verdict) => void;
}

export function Failures({ answer, onPlay }: Props) {
  const { t } = useTranslation("studio");
  const name = useName();
  const groups = together(answer.table.filter((verdict) => verdict.verdict === "fails"));
  if (groups.length === 0) return null;
  const process = (id: string) =>
    name(answer.outline?.processes.find((entry) => entry.id === id)?.name) || id;
  return (
    <Alert color="red" p="xs" title={t("failures.title")}>
      {groups.map(([first, options]) => (
        <Group
          key={`${first.process} ${first.property} ${first.scope}`}
          justify="space-between"
          wrap="nowrap"
        >
          <Text size="sm">
            <strong>{name(first.title)}</strong> · {process(first.process)} ·{" "}
            {t(`property.${first.property}`)}
            {options.length > 0 && ` · ${options.join(", ")}`}
          </Text>
          <Button
            size="compact-sm"
            color="#a3211a"
            leftSection={<IconPlayerPlay size={14} aria-hidden />}
            onClick={() => onPlay(first)}
            style={{ flexShrink: 0 }}
          >
            {t("failures.play")}
          </Button>
        </Group>
      ))}
    </Alert>
  );
}

/** The same failure under several options is one line. */
export function together(failures: Verdict[]): [Verdict, string[]][] {
  const groups = new Map<string, [Verdict, string[]]>();
  for (const verdict of failures) {
    const key = [verdict.process, verdict.property, verdict.scope, verdict.code].join(" ");
    const group = groups.get(key) ?? [verdict, []];
    if (verdict.option) group[1].push(verdict.option);
    groups.set(key, group);
  }
  return [...groups.values()];
}
