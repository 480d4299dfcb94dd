// One line for each entry: what it is, about what, from whom, by when.
import { Badge, Group, Text, UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Unconfirmed } from "@/actions/unconfirmed";
import { elementOf } from "@/actions/work-offers";
import type { Schemas } from "@/api/client";
import { useNamed } from "@/parts/names";
import { useName } from "@/text/language";

import classes from "./board.module.css";
import { Due } from "./due";
import { KindIcon } from "./kind-icon";

type Entry = Schemas["InboxEntry"];
type Awaited = Schemas["WaitingEntry"];

interface RowProps {
  id: string;
  isSelected: boolean;
  isNew: boolean;
  now: number;
  onSelect: () => void;
}

interface Told extends RowProps {
  icon: ReactNode;
  name: string;
  about: string;
  from: string;
  deadline: number | null;
  children?: ReactNode;
}

function Row({ icon, name, about, from, deadline, children, ...row }: Told) {
  const { t } = useTranslation("inbox");
  return (
    <UnstyledButton
      id={row.id}
      className={classes.row ?? ""}
      data-entry
      aria-current={row.isSelected}
      tabIndex={row.isSelected ? 0 : -1}
      onClick={row.onSelect}
      onFocus={row.isSelected ? undefined : row.onSelect}
    >
      <Group gap="xs" wrap="nowrap" align="start" component="span">
        {icon}
        <span>
          <Group gap="xs" component="span">
            <Text component="span" fw={600} className={classes.name}>
              {name}
            </Text>
            {row.isNew && (
              <Badge size="sm" component="span" color="teal.9">
                {t("new")}
              </Badge>
            )}
            {children}
          </Group>
          {about && (
            <Text component="span" size="sm" lineClamp={1}>
              {about}
            </Text>
          )}
          <Group gap={0} component="span" style={{ columnGap: 16 }}>
            <Text component="span" size="sm" c="dimmed">
              {from}
            </Text>
            {deadline !== null && <Due moment={deadline} now={row.now} />}
          </Group>
        </span>
      </Group>
    </UnstyledButton>
  );
}

export function EntryRow({ entry, ...row }: RowProps & { entry: Entry }) {
  const { t } = useTranslation("inbox");
  const name = useName();
  const from = useFrom();
  const isWork = entry.kind !== "item" && entry.kind !== "release";
  return (
    <Row
      {...row}
      icon={<KindIcon kind={entry.kind === "item" ? entry.what : entry.kind} />}
      name={name(entry.name)}
      about={aboutOf(entry)}
      from={isWork ? name(entry.process_name) : from(entry)}
      deadline={entry.deadline}
    >
      {entry.as !== "own" && (
        <Badge size="sm" component="span" variant="outline" color="dark" tt="none">
          {t(`as.${entry.as}`)}
        </Badge>
      )}
      {entry.kind === "task" && entry.claimed && (
        <Badge size="sm" component="span" variant="light" color="gray.9" tt="none">
          {t("claimed", { person: entry.claimed.person })}
        </Badge>
      )}
      <Unconfirmed about={isWork ? { case: entry.case, element: elementOf(entry) } : { item: entry.id }} />
    </Row>
  );
}

function aboutOf(entry: Entry): string {
  if (entry.kind === "item") return entry.text;
  return entry.kind === "release" ? "" : entry.title;
}

/** Who wrote it: the party, and its post where that is known. */
function useFrom(): (entry: { post: string; origin?: string; partner?: string }) => string {
  const { t } = useTranslation("inbox");
  const party = useNamed("parties");
  const post = useNamed("posts");
  return ({ post: writer, origin, partner }) => {
    if (partner) return t("toPartner", { partner: party(partner), post: post(writer) });
    const who = [origin && party(origin), writer && post(writer)].filter(Boolean).join(" · ");
    return t("from", { who });
  };
}

export function AwaitedRow({ entry, ...row }: RowProps & { entry: Awaited }) {
  const { t } = useTranslation("inbox");
  const name = useName();
  const whom = useWhom();
  return (
    <Row
      {...row}
      icon={<KindIcon kind={entry.waits === "item" ? entry.what : entry.waits} />}
      name={t(`waits.${entry.waits}`, { what: name(entry.name) })}
      about={entry.waits === "item" ? entry.text : ""}
      from={t("awaitedFrom", { who: whom(entry.from) || t("nobodyKnown") })}
      deadline={entry.deadline}
    >
      {(entry.waits === "item" || entry.waits === "release") && <Unconfirmed about={{ item: entry.id }} />}
    </Row>
  );
}

/** Return a function that names posts or parties. */
export function useWhom(): (ids: readonly string[]) => string {
  const comma = useTranslation("actions").t("comma");
  const party = useNamed("parties");
  const post = useNamed("posts");
  return (ids) => ids.map((id) => (post(id) === id ? party(id) : post(id))).join(comma);
}
