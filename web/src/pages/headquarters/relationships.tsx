// The same as the picture, in words: relationships by kind, and who speaks with whom on what.
import { Group, Table, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { useNamed } from "@/parts/names";
import { WideTable } from "@/parts/wide-table";
import { useName } from "@/text/language";

import { LINES, type RelationshipKind } from "./symbol";

type Model = Schemas["ModelView"];

export function Relationships({ model }: { model: Model }) {
  const { t } = useTranslation("headquarters");
  const name = useNamed("headquarters");
  return (
    <section>
      <Title order={2} size="h4">
        {t("relationships.title")}
      </Title>
      <WideTable label={t("relationships.title")} minWidth={560}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("relationships.kind")}</Table.Th>
              <Table.Th>{t("relationships.superior")}</Table.Th>
              <Table.Th>{t("relationships.subordinate")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {model.relationships.map(({ id, kind, superior, subordinate }) => (
              <Table.Tr key={id}>
                <Table.Td>
                  <Group gap="xs" wrap="nowrap">
                    <Sample kind={kind} />
                    {t(`kind.${kind}.long`)}
                  </Group>
                </Table.Td>
                <Table.Td>{name(superior)}</Table.Td>
                <Table.Td>{name(subordinate)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </WideTable>
    </section>
  );
}

function Sample({ kind }: { kind: RelationshipKind }) {
  const { color, dash, width } = LINES[kind];
  return (
    <svg width={42} height={10} aria-hidden>
      <line x1={0} x2={42} y1={5} y2={5} stroke={color} strokeWidth={width} strokeDasharray={dash} />
    </svg>
  );
}

export function Counterparts({ model }: { model: Model }) {
  const { t } = useTranslation("headquarters");
  const name = useName();
  const post = useNamed("posts");
  const matters = model.matters.filter((matter) => Object.keys(matter.counterparts).length > 0);
  return (
    <section>
      <Title order={2} size="h4">
        {t("counterparts.title")}
      </Title>
      {matters.length === 0 && <Text>{t("counterparts.none")}</Text>}
      {matters.length > 0 && (
        <WideTable label={t("counterparts.title")} minWidth={480}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("counterparts.matter")}</Table.Th>
                {model.parties.map((party) => (
                  <Table.Th key={party.id}>{name(party.name)}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {matters.map((matter) => (
                <Table.Tr key={matter.id}>
                  <Table.Td>{name(matter.name)}</Table.Td>
                  {model.parties.map((party) => (
                    <Table.Td key={party.id}>{post(matter.counterparts[party.id] ?? "—")}</Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </WideTable>
      )}
    </section>
  );
}
