// Deadlines, and what the simulator expects.
import { Badge, Stack, Table, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { When } from "@/parts/moment";
import { useName } from "@/text/language";

import { type Deadline, deadlinesOf } from "./deadlines";
import { Due } from "./due";
import { Forecast } from "./forecast";
import type { CaseView } from "./queries";

export function TimePart({ view }: { view: CaseView }) {
  return (
    <Stack>
      <Deadlines view={view} />
      <Forecast view={view} />
    </Stack>
  );
}

function Deadlines({ view }: { view: CaseView }) {
  const { t } = useTranslation("cases");
  const deadlines = deadlinesOf(view);
  return (
    <section aria-labelledby="deadlines">
      <Title order={3} size="h5" id="deadlines" mb="xs">
        {t("deadline.title")}
      </Title>
      {deadlines.length === 0 ? (
        <Text size="sm">{t("deadline.none")}</Text>
      ) : (
        <Table.ScrollContainer
          minWidth={330}
          scrollAreaProps={{ viewportProps: { tabIndex: 0, "aria-label": t("deadline.title") } }}
        >
          <Table withTableBorder verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("deadline.by")}</Table.Th>
                <Table.Th>{t("deadline.what")}</Table.Th>
                <Table.Th>{t("deadline.state")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {deadlines.map((deadline) => (
                <Row key={deadline.id} deadline={deadline} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </section>
  );
}

function Row({ deadline }: { deadline: Deadline }) {
  const { t } = useTranslation("cases");
  const name = useName();
  return (
    <Table.Tr>
      <Table.Td>{deadline.at === null ? t("deadline.notBegun") : <When moment={deadline.at} />}</Table.Td>
      <Table.Td>
        {name(deadline.name)}
        <Text size="xs" component="div">
          {t(`deadline.kind.${deadline.kind}`)}
        </Text>
      </Table.Td>
      <Table.Td>
        <State deadline={deadline} />
      </Table.Td>
    </Table.Tr>
  );
}

function State({ deadline }: { deadline: Deadline }) {
  const { t } = useTranslation("cases");
  if (deadline.ended !== null) {
    return (
      <Badge color={deadline.missed ? "red.9" : "teal.9"} tt="none">
        {t(deadline.missed ? "deadline.endedLate" : "deadline.ended")}
      </Badge>
    );
  }
  if (!deadline.seenHere) return <Text size="sm">{t("deadline.notSeen")}</Text>;
  return <Due deadline={deadline.at} brief />;
}
