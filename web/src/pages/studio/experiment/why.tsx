// Why an option differs: what of the model is different, and where in the course of a case the time comes from.
import { List, NativeSelect, Stack, Table, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { WideTable } from "@/parts/wide-table";
import { useName } from "@/text/language";

import { useLengths } from "./differences";
import { useNamesOf } from "./named";
import type { Came } from "./results";

type OneMeasure = Came & { measure: Schemas["OutlineMeasure"] };

export function Why({ result, measure }: OneMeasure) {
  const { t } = useTranslation("studio");
  const named = useNamesOf(result.outline);
  const name = useName();
  const [option, setOption] = useState(result.explanations[0]?.option ?? "");
  const found = result.explanations.find((entry) => entry.option === option) ?? result.explanations[0];
  if (!found) return null;
  const explained = found.measures.find((entry) => entry.measure === measure.id);
  return (
    <Stack gap="sm" mt="xs">
      <NativeSelect
        label={t("why.option")}
        value={found.option}
        maw={420}
        onChange={(event) => setOption(event.currentTarget.value)}
        data={result.explanations.map((entry) => ({
          value: entry.option,
          label: `${entry.option} ${named("options", entry.option)}`,
        }))}
      />
      <Title order={3} size="h5">
        {t("why.outcome", { option: found.option, baseline: found.baseline })}
      </Title>
      {explained && explained.sentences.length > 0 ? (
        <List size="sm">
          {explained.sentences.map((sentence) => (
            <List.Item key={sentence.en}>{name(sentence)}</List.Item>
          ))}
        </List>
      ) : (
        <Text size="sm">{t("why.nothing")}</Text>
      )}
      {explained && <Places contributions={explained.contributions} />}
      <Title order={3} size="h5">
        {t("why.changes", { count: found.changes.length })}
      </Title>
      <List size="sm">
        {found.changes.map((change) => (
          <List.Item key={change.where + change.sentence.en}>{name(change.sentence)}</List.Item>
        ))}
      </List>
    </Stack>
  );
}

function Places({ contributions }: { contributions: Schemas["Contribution"][] }) {
  const { t } = useTranslation("studio");
  const name = useName();
  const write = useLengths();
  if (contributions.length === 0) return null;
  return (
    <WideTable label={t("why.caption")} minWidth={620}>
      <Table withTableBorder captionSide="top">
        <Table.Caption>{t("why.caption")}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            {(["where", "total", "interval", "wait", "work"] as const).map((key) => (
              <Table.Th key={key}>{t(`why.column.${key}`)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {contributions.map((entry) => {
            const [low, high] = entry.ci95 ?? [];
            return (
              <Table.Tr key={entry.element}>
                <Table.Th scope="row" fw={entry.clear ? 700 : 400}>
                  {name(entry.name) || entry.element}
                  {!entry.clear && ` (${t("why.unclear")})`}
                </Table.Th>
                <Table.Td>{write(entry.total, true)}</Table.Td>
                <Table.Td>
                  {low === undefined || high === undefined
                    ? "—"
                    : `${write(low, true)} – ${write(high, true)}`}
                </Table.Td>
                <Table.Td>{write(entry.wait, true)}</Table.Td>
                <Table.Td>{write(entry.work, true)}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </WideTable>
  );
}
