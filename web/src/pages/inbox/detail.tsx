// What is selected, in full, with what can be done about it.
import { Anchor, Group, List, Paper, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { ItemActions } from "@/actions/item-actions";
import { WorkActions } from "@/actions/work-actions";
import type { Schemas } from "@/api/client";
import { When } from "@/parts/moment";
import { useNamed } from "@/parts/names";
import { useName, useSaid } from "@/text/language";

import classes from "./board.module.css";
import { Due } from "./due";
import { useWhom } from "./rows";

type Entry = Schemas["InboxEntry"];
type Awaited = Schemas["WaitingEntry"];

interface Props {
  entry: Entry | undefined;
  awaited: Awaited | undefined;
  now: number;
  /** Whether single keys act. */
  keys: boolean;
}

export function Detail({ entry, awaited, now, keys }: Props) {
  if (entry) return <EntryDetail entry={entry} now={now} keys={keys} />;
  return awaited ? <AwaitedDetail entry={awaited} now={now} keys={keys} /> : null;
}

interface Framed {
  title: string;
  caseId: string;
  since: number;
  deadline: number | null;
  now: number;
  children: ReactNode;
}

function Framed({ title, caseId, since, deadline, now, children }: Framed) {
  const { t } = useTranslation("inbox");
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Title order={3} size="h4" className={classes.name}>
          {title}
        </Title>
        <Group gap={0} style={{ columnGap: 16 }}>
          <Text size="sm">
            {t("since")} <When moment={since} />
          </Text>
          {deadline !== null && <Due moment={deadline} now={now} />}
          {caseId && (
            <Anchor component={Link} to={`/cases/${encodeURIComponent(caseId)}`} size="sm">
              {t("toCase")}
            </Anchor>
          )}
        </Group>
        {children}
      </Stack>
    </Paper>
  );
}

interface Of<E> {
  entry: E;
  now: number;
  keys: boolean;
}

function EntryDetail({ entry, now, keys }: Of<Entry>) {
  const name = useName();
  const framed = { caseId: entry.case, since: entry.since, deadline: entry.deadline, now };
  if (entry.kind === "item")
    return (
      <Framed {...framed} title={name(entry.name)}>
        <ItemBody entry={entry} />
        <ItemActions item={entry} showKeys={keys} key={entry.id} />
      </Framed>
    );
  if (entry.kind === "release")
    return (
      <Framed {...framed} title={name(entry.name)}>
        <HeldBody entry={entry} />
        <ItemActions item={entry} showKeys={keys} key={entry.id} />
      </Framed>
    );
  return (
    <Framed {...framed} title={name(entry.name)}>
      <Text>{entry.title}</Text>
      {entry.kind === "task" && <TaskBody entry={entry} />}
      <WorkActions work={entry} showKeys={keys} key={entry.id} />
    </Framed>
  );
}

function ItemBody({ entry }: { entry: Pick<Schemas["InboxItem"], "text" | "label" | "to"> }) {
  const { t } = useTranslation("inbox");
  const whom = useWhom();
  return (
    <>
      <Text style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{entry.text}</Text>
      <Text size="sm">{t("to", { who: whom(entry.to.map((to) => to.id)) })}</Text>
      {entry.label && (
        <Text size="sm" fw={600}>
          {entry.label}
        </Text>
      )}
    </>
  );
}

function HeldBody({
  entry,
}: {
  entry: Pick<Schemas["HeldRelease"], "label" | "partner" | "post" | "against">;
}) {
  const { t } = useTranslation("inbox");
  const said = useSaid();
  const party = useNamed("parties");
  const post = useNamed("posts");
  return (
    <>
      <Text>{t("toPartner", { partner: party(entry.partner), post: post(entry.post) })}</Text>
      <Text size="sm" fw={600}>
        {entry.label}
      </Text>
      {entry.against && <Text size="sm">{said(entry.against)}</Text>}
    </>
  );
}

/** By which authority it is decided, and which consents it needs. */
function TaskBody({ entry }: { entry: Schemas["TaskWork"] }) {
  const { t } = useTranslation("inbox");
  const name = useName();
  const party = useNamed("parties");
  const { approves, orders, proposes } = entry.decides;
  return (
    <List size="sm">
      {approves && (
        <List.Item>
          {t("approves", { matter: name(approves.name), rules: approves.rules.join(" · ") })}
        </List.Item>
      )}
      {proposes && <List.Item>{t("proposes", { matter: name(proposes.name) })}</List.Item>}
      {orders && (
        <List.Item>{t("orders", { matter: name(orders.name), to: name(orders.to.name) })}</List.Item>
      )}
      {entry.needs.map((need) => (
        <List.Item key={`${need.party} ${need.matter.id}`}>
          {t(need.in_force ? "consentThere" : "consentMissing", {
            party: party(need.party),
            matter: name(need.matter.name),
          })}
        </List.Item>
      ))}
    </List>
  );
}

function AwaitedDetail({ entry, now, keys }: Of<Awaited>) {
  const { t } = useTranslation("inbox");
  const name = useName();
  const whom = useWhom();
  const isItem = entry.waits === "item" || entry.waits === "release";
  return (
    <Framed
      title={t(`waits.${entry.waits}`, { what: name(entry.name) })}
      caseId={entry.case}
      since={entry.since}
      deadline={entry.deadline}
      now={now}
    >
      <Text>{t("awaitedFrom", { who: whom(entry.from) || t("nobodyKnown") })}</Text>
      {entry.waits === "item" && <ItemBody entry={entry} />}
      {isItem ? (
        <ItemActions item={entry} showKeys={keys} key={entry.id} />
      ) : (
        <Text size="sm">{t("nothingToDo")}</Text>
      )}
    </Framed>
  );
}
