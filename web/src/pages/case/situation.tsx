// Which consents are in force on both sides, and what is known of the situation and who decides it.
import { Group, Table, Text, Title } from "@mantine/core";
import { IconCheck, IconCircleDashed, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { PartyName, useNamed } from "@/parts/names";
import { useName } from "@/text/language";

import type { CaseView } from "./queries";

type Consent = CaseView["consents"][number];

export function Consents({ view }: { view: CaseView }) {
  const { t } = useTranslation("cases");
  const name = useName();
  const matters = Map.groupBy(view.consents, (consent) => consent.matter);
  const parties = [...new Set(view.consents.map((consent) => consent.party))].sort();
  if (matters.size === 0) return null;
  return (
    <section aria-labelledby="consents">
      <Title order={3} size="h5" id="consents" mb="xs">
        {t("consent.title")}
      </Title>
      <Table withTableBorder verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("consent.matter")}</Table.Th>
            {parties.map((party) => (
              <Table.Th key={party}>
                <PartyName id={party} />
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {[...matters].map(([matter, consents]) => (
            <Table.Tr key={matter}>
              <Table.Th scope="row" fw={400}>
                {name(consents[0]?.name)}
              </Table.Th>
              {parties.map((party) => (
                <Table.Td key={party}>
                  <ConsentState consent={consents.find((one) => one.party === party)} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

/** Of a partner's consent only what the partner has told is known: no word is not a refusal. */
function ConsentState({ consent }: { consent: Consent | undefined }) {
  const { t } = useTranslation("cases");
  if (!consent) return <Text size="sm">{t("consent.notNeeded")}</Text>;
  const { Icon, key } = shown(consent);
  return (
    <Group gap={4} wrap="nowrap">
      <Icon size={16} aria-hidden />
      <Text size="sm">{t(`consent.${key}`)}</Text>
    </Group>
  );
}

function shown(consent: Consent) {
  if (consent.withdrawn) return { Icon: IconX, key: "withdrawn" } as const;
  if (consent.in_force) return { Icon: IconCheck, key: "inForce" } as const;
  return { Icon: IconCircleDashed, key: consent.own ? "open" : "unknown" } as const;
}

export function Situation({ view }: { view: CaseView }) {
  const { t } = useTranslation("cases");
  const name = useName();
  const party = useNamed("parties");
  if (view.attributes.length === 0) return null;
  return (
    <section aria-labelledby="situation">
      <Title order={3} size="h5" id="situation" mb="xs">
        {t("situation.title")}
      </Title>
      <Table withTableBorder verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("situation.attribute")}</Table.Th>
            <Table.Th>{t("situation.value")}</Table.Th>
            <Table.Th>{t("situation.owner")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {view.attributes.map((attribute) => (
            <Table.Tr key={attribute.id}>
              <Table.Th scope="row" fw={400}>
                {name(attribute.name)}
              </Table.Th>
              <Table.Td>{attribute.value ? <code>{attribute.value}</code> : t("situation.unknown")}</Table.Td>
              <Table.Td>{party(attribute.owner)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
