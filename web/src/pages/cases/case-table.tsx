// The cases as a table; on a narrow screen, what matters most of each.
import { Anchor, Badge, Group, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { When } from "@/parts/moment";
import { useNamed } from "@/parts/names";
import { useName } from "@/text/language";

import type { CaseLine } from "./filter";

export function CaseTable({ cases }: { cases: readonly CaseLine[] }) {
  const { t } = useTranslation("cases");
  return (
    <Table.ScrollContainer minWidth={320} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table highlightOnHover verticalSpacing="sm" aria-label={t("list.table")}>
        <Table.Thead>
          <Table.Tr>
            {(["title", "state", "opened", "parties"] as const).map((column, at) => (
              <Table.Th key={column} {...(at > 1 ? { visibleFrom: "sm" } : {})}>
                {t(`list.column.${column}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {cases.map((entry) => (
            <CaseRow key={entry.id} entry={entry} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function CaseRow({ entry }: { entry: CaseLine }) {
  const { t } = useTranslation("cases");
  const name = useName();
  const party = useNamed("parties");
  return (
    <Table.Tr>
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
}
