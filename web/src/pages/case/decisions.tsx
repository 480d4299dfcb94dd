// What was decided and what is open, each by which authority and rule; consents; the situation.
import { Badge, Card, Group, SimpleGrid, Stack, Table, Text, Title } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { When } from "@/parts/moment";
import { PostName } from "@/parts/names";
import { useName } from "@/text/language";

import { Authorities } from "./authorities";
import classes from "./case.module.css";
import type { CaseView } from "./queries";
import { Consents, Situation } from "./situation";

export function DecisionsPart({ view }: { view: CaseView }) {
  return (
    <Stack>
      <Open view={view} />
      <Taken view={view} />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Consents view={view} />
        <Situation view={view} />
      </SimpleGrid>
    </Stack>
  );
}

function Open({ view }: { view: CaseView }) {
  const { t } = useTranslation("cases");
  const name = useName();
  const { open } = view.decisions;
  return (
    <section aria-labelledby="open">
      <Title order={3} size="h5" id="open" mb="xs">
        {t("decision.open")}
      </Title>
      {open.length === 0 && <Text size="sm">{t("decision.noneOpen")}</Text>}
      <Stack gap="xs">
        {open.map((entry) => (
          <Card withBorder p="sm" key={entry.id}>
            <Group gap="xs">
              <Text fw={600}>{name(entry.matter.name)}</Text>
              <Badge color={entry.waits ? "#9a3412" : "gray.7"} variant={entry.waits ? "filled" : "outline"}>
                {t(entry.waits ? "decision.waits" : "decision.later")}
              </Badge>
              {entry.denied && (
                <Badge color="red.9" leftSection={<IconX size={12} aria-hidden />}>
                  {t("decision.refusedOnce")}
                </Badge>
              )}
            </Group>
            <Text size="sm">
              {t("decision.task", { task: name(entry.name) })} <PostName id={entry.post} />
            </Text>
            <Text size="sm" mt={4}>
              {t("decision.authorities")}
            </Text>
            <Authorities authorities={entry.authorities} />
          </Card>
        ))}
      </Stack>
    </section>
  );
}

type TakenStep = CaseView["decisions"]["taken"][number];

function Taken({ view }: { view: CaseView }) {
  const { t } = useTranslation("cases");
  const { taken } = view.decisions;
  if (taken.length === 0) return <Text size="sm">{t("decision.noneTaken")}</Text>;
  return (
    <section aria-labelledby="taken">
      <Title order={3} size="h5" id="taken" mb="xs">
        {t("decision.taken")}
      </Title>
      <Table.ScrollContainer
        minWidth={640}
        scrollAreaProps={{ viewportProps: { tabIndex: 0, "aria-label": t("decision.taken") } }}
      >
        <Table verticalSpacing={6} withTableBorder>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("decision.when")}</Table.Th>
              <Table.Th>{t("decision.what")}</Table.Th>
              <Table.Th>{t("decision.who")}</Table.Th>
              <Table.Th>{t("decision.result")}</Table.Th>
              <Table.Th>{t("decision.rule")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {taken.map((entry) => (
              <TakenRow key={entry.id} entry={entry} view={view} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </section>
  );
}

function TakenRow({ entry, view }: { entry: TakenStep; view: CaseView }) {
  const name = useName();
  return (
    <Table.Tr>
      <Table.Td style={{ whiteSpace: "nowrap" }}>
        <When moment={entry.at} />
      </Table.Td>
      <Table.Td>
        {name(entry.name)}
        {entry.matter && (
          <Text size="xs" component="div">
            {name(entry.matter.name)}
          </Text>
        )}
      </Table.Td>
      <Table.Td>{entry.post ? <PostName id={entry.post} /> : "–"}</Table.Td>
      <Table.Td>
        <Result entry={entry} view={view} />
      </Table.Td>
      <Table.Td>
        {entry.rules.map((rule) => (
          <code key={rule} className={classes.words}>
            {rule}{" "}
          </code>
        ))}
      </Table.Td>
    </Table.Tr>
  );
}

function Result({ entry, view }: { entry: TakenStep; view: CaseView }) {
  const { t } = useTranslation("cases");
  const name = useName();
  const attribute = (id: string) => name(view.attributes.find((known) => known.id === id)?.name) || id;
  return (
    <>
      {entry.consents !== null && (
        <Group gap={4} wrap="nowrap">
          {entry.consents ? <IconCheck size={16} aria-hidden /> : <IconX size={16} aria-hidden />}
          {t(entry.consents ? "decision.given" : "decision.refused")}
        </Group>
      )}
      {Object.entries(entry.outcome).map(([id, value]) => (
        <div key={id}>
          {attribute(id)}: <code>{value}</code>
        </div>
      ))}
      {entry.flows.map((flow) => (
        <div key={flow.id}>{name(flow.name)}</div>
      ))}
    </>
  );
}
