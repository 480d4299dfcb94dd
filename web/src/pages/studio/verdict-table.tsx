// Every property of every process under every option: what holds, what fails, what could not be searched to its end.
import { ActionIcon, Table, Text, VisuallyHidden } from "@mantine/core";
import { IconCheck, IconQuestionMark, IconX } from "@tabler/icons-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { WideTable } from "@/parts/wide-table";
import { useName } from "@/text/language";

type Verdict = Schemas["Verdict"];

interface Props {
  answer: Schemas["CheckAnswer"];
  /** Play the counter-example of a cell. */
  onPlay: (verdict: Verdict) => void;
}

/** Drawn anew only with another answer: one goes on typing beside it. */
export const VerdictTable = memo(function VerdictTable({ answer, onPlay }: Props) {
  const { t } = useTranslation("studio");
  const name = useName();
  const options = answer.outline?.options ?? [];
  const columns = options.length > 0 ? options.map(({ id }) => id) : [""];
  const processes = answer.outline?.processes ?? [];
  const parties = answer.outline?.parties ?? [];
  return (
    <WideTable label={t("table.caption")} minWidth={Math.max(300, 150 + columns.length * 42)}>
      <Table withTableBorder horizontalSpacing={6} verticalSpacing={4} fz="xs">
        <Table.Caption>{t("table.caption")}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="60%">{t("table.property")}</Table.Th>
            {columns.map((id) => (
              <Table.Th key={id} title={name(options.find((option) => option.id === id)?.name)}>
                {id || t("table.asWritten")}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        {processes.map((process) => (
          <Table.Tbody key={process.id}>
            <Table.Tr>
              <Table.Th colSpan={columns.length + 1} scope="rowgroup">
                {name(process.name)}
              </Table.Th>
            </Table.Tr>
            {rowsOf(answer.table, process.id).map(({ property, scope, cells }) => (
              <Table.Tr key={`${property} ${scope}`}>
                <Table.Th scope="row" fw={400}>
                  {t(`property.${property}`)}
                  {scope !== process.id && (
                    <strong>{`: ${name(parties.find(({ id }) => id === scope)?.name) || scope}`}</strong>
                  )}
                </Table.Th>
                {columns.map((id) => (
                  <Table.Td key={id}>
                    <Cell verdict={cells.find((cell) => cell.option === id)} onPlay={onPlay} />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        ))}
      </Table>
    </WideTable>
  );
});

function Cell({ verdict, onPlay }: { verdict: Verdict | undefined; onPlay: (verdict: Verdict) => void }) {
  const { t } = useTranslation("studio");
  const name = useName();
  if (!verdict) return <Text size="xs">{t("table.none")}</Text>;
  if (verdict.verdict !== "fails") {
    const Icon = verdict.verdict === "holds" ? IconCheck : IconQuestionMark;
    return (
      <span title={t("table.states", { count: verdict.states })}>
        <Icon size={18} color={verdict.verdict === "holds" ? "#2b6a3a" : "#8a5a00"} aria-hidden />
        <VisuallyHidden>{t(`verdict.${verdict.verdict}`)}</VisuallyHidden>
      </span>
    );
  }
  return (
    <ActionIcon
      size={26}
      color="#a3211a"
      title={name(verdict.title)}
      aria-label={t("verdict.play", { title: name(verdict.title), option: verdict.option })}
      onClick={() => onPlay(verdict)}
    >
      <IconX size={16} aria-hidden />
    </ActionIcon>
  );
}

interface Row {
  property: Verdict["property"];
  scope: string;
  cells: Verdict[];
}

/** One row for each property and what it is of, in the order of the report. */
function rowsOf(table: Verdict[], process: string): Row[] {
  const rows: Row[] = [];
  for (const verdict of table.filter((entry) => entry.process === process)) {
    const row = rows.find((entry) => entry.property === verdict.property && entry.scope === verdict.scope);
    if (row) row.cells.push(verdict);
    else rows.push({ property: verdict.property, scope: verdict.scope, cells: [verdict] });
  }
  return rows;
}
