// Two lists and what is selected in them; moved in and acted upon by keys.
import { Stack, Text, Title, VisuallyHidden } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { inboxQuery, waitingQuery } from "@/api/queries";
import { Loading, Problem } from "@/parts/problem";
import { useGrowing } from "@/parts/growing";
import { useName } from "@/text/language";

import { useArrivals } from "./arrivals";
import classes from "./board.module.css";
import { Detail } from "./detail";
import { useKeys } from "./keys";
import { useMinute } from "./minute";
import { AwaitedRow, EntryRow } from "./rows";
import { useSelection } from "./selection";

export function Board({ post }: { post: string }) {
  const { t } = useTranslation("inbox");
  const inbox = useQuery(inboxQuery(post));
  const waiting = useQuery(waitingQuery(post));
  const now = useMinute();
  const isWide = useMediaQuery("(min-width: 1100px)", undefined, { getInitialValueInEffect: false });
  const { shown: entries, more } = useGrowing(inbox.data);
  const { shown: awaited, more: moreAwaited } = useGrowing(waiting.data);
  const ids = useMemo(
    () => [...entries.map((entry) => `for ${entry.id}`), ...awaited.map((entry) => `from ${entry.id}`)],
    [entries, awaited],
  );
  const focus = useCallback((id: string) => document.getElementById(rowId(id))?.focus(), []);
  const { current, select, move } = useSelection(ids, focus);
  const arrivals = useArrivals(post, inbox.data && ids.slice(0, entries.length));
  const entry = entries.find(({ id }) => `for ${id}` === current);
  const waits = awaited.find(({ id }) => `from ${id}` === current);
  const keys = useKeys(move, (entry ?? waits)?.case);

  if (inbox.error && !inbox.data) return <Problem error={inbox.error} retry={() => void inbox.refetch()} />;
  if (!inbox.data) return <Loading />;

  const row = (id: string) => ({
    id: rowId(id),
    isSelected: id === current,
    isNew: arrivals.fresh.has(id),
    now,
    onSelect: () => {
      select(id);
      arrivals.seen(id);
    },
  });
  const detail = <Detail entry={entry} awaited={waits} now={now} keys={keys.on} />;
  return (
    <>
      <Announced entries={entries} last={arrivals.last} />
      <div className={classes.board}>
        <Stack gap="lg">
          <Listed
            title={t("forMe", { count: inbox.data.length })}
            empty={entries.length === 0 && t("nothing")}
            more={more}
          >
            {entries.map((one) => (
              <li key={one.id}>
                <EntryRow entry={one} {...row(`for ${one.id}`)} />
                {one === entry && !isWide && detail}
              </li>
            ))}
          </Listed>
          <Listed
            title={t("fromOthers", { count: waiting.data?.length ?? 0 })}
            empty={awaited.length === 0 && t("nothingAwaited")}
            more={moreAwaited}
          >
            {awaited.map((one) => (
              <li key={one.id}>
                <AwaitedRow entry={one} {...row(`from ${one.id}`)} />
                {one === waits && !isWide && detail}
              </li>
            ))}
          </Listed>
          {keys.help}
        </Stack>
        {isWide && current !== null && (
          <section className={classes.aside} aria-label={t("selected")}>
            {detail}
          </section>
        )}
      </div>
    </>
  );
}

function rowId(id: string): string {
  return `entry ${id}`.replace(/\s/g, "_");
}

interface ListedProps {
  title: string;
  empty: string | false;
  more: ReactNode;
  children: ReactNode;
}

function Listed({ title, empty, more, children }: ListedProps) {
  return (
    <section aria-label={title}>
      <Title order={2} size="h4" mb="xs">
        {title}
      </Title>
      {empty ? <Text c="dimmed">{empty}</Text> : <ul className={classes.list}>{children}</ul>}
      {more}
    </section>
  );
}

/** New work is told to those who do not see the list. */
function Announced({
  entries,
  last,
}: {
  entries: readonly Schemas["InboxEntry"][];
  last: readonly string[];
}) {
  const { t } = useTranslation("inbox");
  const name = useName();
  const came = entries.filter((entry) => last.includes(`for ${entry.id}`));
  return (
    <VisuallyHidden role="status">
      {came.length > 0 &&
        t("arrived", { count: came.length, names: came.map((entry) => name(entry.name)).join(" · ") })}
    </VisuallyHidden>
  );
}
