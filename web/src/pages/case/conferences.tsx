// Conferences: what each side says of them, and the minutes as each side has them, beside one another.
import { Alert, Badge, Card, Group, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconCheck, IconCircleDashed, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { itemQuery } from "@/api/queries";
import { PartyName, PostName } from "@/parts/names";
import { Problem } from "@/parts/problem";
import { useName } from "@/text/language";

import classes from "./case.module.css";
import { Doing } from "./doing";
import { ItemLine } from "./exchanges";
import type { CaseView, Item } from "./queries";

export function Conferences({ view }: { view: CaseView }) {
  const { t } = useTranslation("cases");
  const called = view.items.filter((item) => item.what === "conference").toReversed();
  const held = new Set(called.map((item) => item.terms.conference));
  const planned = view.conferences.filter((entry) => !entry.item && !held.has(entry.id));
  return (
    <Stack>
      {called.length + planned.length === 0 && <Text size="sm">{t("conference.none")}</Text>}
      {called.map((item) => (
        <Meeting key={item.id} item={item} view={view} />
      ))}
      {planned.map((entry) => (
        <Planned key={entry.id} entry={entry} />
      ))}
    </Stack>
  );
}

/** A conference of the model that nobody has called yet. */
function Planned({ entry }: { entry: CaseView["conferences"][number] }) {
  const { t } = useTranslation("cases");
  const name = useName();
  return (
    <Card withBorder p="sm">
      <Group gap="xs">
        <Text fw={600}>{name(entry.name)}</Text>
        <Badge variant="outline" color={entry.own_side_ready ? "#9a3412" : "gray.7"}>
          {t(entry.own_side_ready ? "conference.ready" : "conference.notYet")}
        </Badge>
      </Group>
      <Text size="sm">
        {t("conference.of")} {entry.parties.map((party) => name(party.name)).join(t("case.comma"))}
        {entry.posts.map((post) => (
          <span key={post}>
            {" · "}
            <PostName id={post} />
          </span>
        ))}
      </Text>
    </Card>
  );
}

function Meeting({ item, view }: { item: Item; view: CaseView }) {
  const { t } = useTranslation("cases");
  const name = useName();
  const { data, error } = useQuery(itemQuery(item.id));
  const known = view.conferences.find(
    (entry) => item.what === "conference" && entry.id === item.terms.conference,
  );
  return (
    <Card withBorder p="sm" component="section" aria-label={item.text}>
      {known && (
        <Title order={3} size="h5">
          {name(known.name)}
        </Title>
      )}
      <ItemLine item={item} />
      {error && <Problem error={error} />}
      {!data && !error && <Skeleton height={80} mt="xs" />}
      {data?.what === "conference" && (
        <Stack gap="xs" mt="xs">
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            {data.conference.sides.map((side) => (
              <SideCard key={side.party} side={side} />
            ))}
          </SimpleGrid>
          <Agreement agree={data.conference.minutes_agree} />
          <div className="no-print">
            <Doing item={data} />
          </div>
        </Stack>
      )}
      {data && data.what !== "conference" && <Text size="sm">{t("conference.none")}</Text>}
    </Card>
  );
}

const assertions = ["called", "accepted", "started", "ended"] as const;

function SideCard({ side }: { side: Schemas["Side"] }) {
  const { t } = useTranslation("cases");
  return (
    <Card withBorder p="xs">
      <Text fw={600} size="sm">
        <PartyName id={side.party} />
      </Text>
      <Group gap="sm">
        {side.declined && (
          <Group gap={4}>
            <IconX size={14} aria-hidden />
            <Text size="sm">{t("conference.declined")}</Text>
          </Group>
        )}
        {assertions.map((assertion) => (
          <Group gap={4} key={assertion} wrap="nowrap">
            {side[assertion] ? (
              <IconCheck size={14} aria-hidden />
            ) : (
              <IconCircleDashed size={14} aria-hidden />
            )}
            <Text size="sm">
              {t(`conference.${side[assertion] ? assertion : "not"}`, { what: t(`conference.${assertion}`) })}
            </Text>
          </Group>
        ))}
      </Group>
      <Text size="sm" mt={6} fw={600}>
        {t("conference.minutes")}
      </Text>
      <Text size="sm" className={classes.words ?? ""}>
        {side.minutes ?? t("conference.noMinutes")}
      </Text>
    </Card>
  );
}

function Agreement({ agree }: { agree: boolean | null }) {
  const { t } = useTranslation("cases");
  if (agree === null) return null;
  return (
    <Alert
      color={agree ? "teal" : "yellow"}
      icon={agree ? <IconCheck size={16} /> : <IconX size={16} />}
      p="xs"
    >
      {t(agree ? "conference.agree" : "conference.differ")}
    </Alert>
  );
}
