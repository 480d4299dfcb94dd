// The cases as a table; on a narrow screen, what matters most of each.
import { Anchor, Badge, Group, Table, Text } from "@mantine/core";
import { Fragment, memo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useDrawnRows } from "@/parts/drawn-rows";
import { When } from "@/parts/moment";
import { useNamed } from "@/parts/names";
import { useName } from "@/text/language";

import classes from "./cases.module.css";
import type { CaseLine } from "./filter";

/** Of a row with two lines, until it is measured. */
const ROW_HEIGHT = 73;
const COLUMNS = ["title", "state", "opened", "parties"] as const;

export function CaseTable({ cases }: { cases: readonly CaseLine[] }) {
  const { t } = useTranslation("cases");
  const [focused, setFocused] = useState("");
  const { box, rows, after, measure } = useDrawnRows<HTMLTableSectionElement>({
    count: cases.length,
    height: ROW_HEIGHT,
    keyOf: (row) => cases[row]?.id ?? row,
    pinned: focused ? cases.findIndex(({ id }) => id === focused) : -1,
  });
  return (
    <Table.ScrollContainer minWidth={320} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table
        highlightOnHover
        verticalSpacing="sm"
        aria-label={t("list.table")}
        aria-rowcount={cases.length + 1}
        className={classes.table ?? ""}
      >
        <Table.Thead>
          <Table.Tr aria-rowindex={1}>
            {COLUMNS.map((column, at) => (
              <Table.Th key={column} {...(at > 1 ? { visibleFrom: "sm" } : {})}>
                {t(`list.column.${column}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody ref={box}>
          {rows.map(({ index, key, gap }) => {
            const entry = cases[index];
            return (
              entry && (
                <Fragment key={key}>
                  <Gap height={gap} />
                  <CaseRow entry={entry} at={index} measure={measure} onFocus={setFocused} />
                </Fragment>
              )
            );
          })}
          <Gap height={after} />
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** Stands for rows that are not drawn. */
function Gap({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden>
      <td colSpan={COLUMNS.length} style={{ height, padding: 0 }} />
    </tr>
  );
}

interface RowProps {
  entry: CaseLine;
  at: number;
  measure: (row: HTMLElement | null) => void;
  onFocus: (id: string) => void;
}

const CaseRow = memo(function CaseRow({ entry, at, measure, onFocus }: RowProps) {
  const { t } = useTranslation("cases");
  const name = useName();
  const party = useNamed("parties");
  return (
    <Table.Tr ref={measure} data-index={at} aria-rowindex={at + 2} onFocus={() => onFocus(entry.id)}>
      <Table.Td>
        <Anchor component={Link} to={`/cases/${encodeURIComponent(entry.id)}`} fw={600}>
          {entry.title}
        </Anchor>
        <Text size="sm">
          {name(entry.contingency_name) || name(entry.process_name)} · {entry.id}
        </Text>
        <Text size="sm" hiddenFrom="sm">
          <When moment={entry.opened} /> · {t("list.from", { party: party(entry.origin) })}
        </Text>
      </Table.Td>
      <Table.Td>
        <Group gap={4}>
          <Badge variant="outline" tt="none" color={entry.is_open ? "teal.9" : "gray.9"}>
            {t(entry.is_open ? "list.isOpen" : entry.early ? "list.isEarly" : "list.isClosed")}
          </Badge>
          {entry.exercise && (
            <Badge color="yellow.3" autoContrast>
              {t("list.exercise")}
            </Badge>
          )}
        </Group>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <When moment={entry.opened} />
      </Table.Td>
      <Table.Td visibleFrom="sm">
        {t("list.from", { party: party(entry.origin) })}
        {entry.parties.length > 0 && (
          <Text size="sm">{t("list.with", { parties: entry.parties.map(party).join(" · ") })}</Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
});
