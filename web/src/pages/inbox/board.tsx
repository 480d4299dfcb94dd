// Two lists and what is selected in them; moved in and acted upon by keys.
import { Stack, Text, Title, VisuallyHidden } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { memo, type ReactNode, useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { inboxQuery, waitingQuery } from "@/api/queries";
import { useDrawnRows } from "@/parts/drawn-rows";
import { Loading, Problem } from "@/parts/problem";
import { useName } from "@/text/language";

import { useArrivals } from "./arrivals";
import classes from "./board.module.css";
import { Detail } from "./detail";
import { useKeys } from "./keys";
import { useMinute } from "./minute";
import { AwaitedRow, EntryRow } from "./rows";
import { useSelection } from "./selection";

/** Of a row with three lines, until it is measured. */
const ROW_HEIGHT = 82;
const NONE: never[] = [];

export function Board({ post }: { post: string }) {
  const { t } = useTranslation("inbox");
  const inbox = useQuery(inboxQuery(post));
  const waiting = useQuery(waitingQuery(post));
  const now = useMinute();
  const isWide = useMediaQuery("(min-width: 1100px)", undefined, { getInitialValueInEffect: false });
  const entries = inbox.data?.entries ?? NONE;
  const awaited = waiting.data?.entries ?? NONE;
  const ids = useMemo(
    () => [...entries.map((entry) => `for ${entry.id}`), ...awaited.map((entry) => `from ${entry.id}`)],
    [entries, awaited],
  );
  const focus = useCallback((id: string) => document.getElementById(rowId(id))?.focus(), []);
  const { current, select, move } = useSelection(ids, focus);
  const arrivals = useArrivals(post, inbox.data?.isWhole ? ids.slice(0, entries.length) : undefined);
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
            title={t("forMe", { count: entries.length })}
            empty={t("nothing")}
            entries={entries}
            selected={entry}
            draw={(one) => (
              <>
                <EntryRow entry={one} {...row(`for ${one.id}`)} />
                {one === entry && !isWide && detail}
              </>
            )}
          />
          <Listed
            title={t("fromOthers", { count: awaited.length })}
            empty={t("nothingAwaited")}
            entries={awaited}
            selected={waits}
            draw={(one) => (
              <>
                <AwaitedRow entry={one} {...row(`from ${one.id}`)} />
                {one === waits && !isWide && detail}
              </>
            )}
          />
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

interface ListedProps<E> {
  title: string;
  empty: string;
  entries: readonly E[];
  /** The one that has the focus, or is acted upon by keys: it is there wherever the page was scrolled to. */
  selected: E | undefined;
  draw: (entry: E) => ReactNode;
}

/** Scrolling draws the list anew, but none of the rows that were there before. */
const Drawn = memo(function Drawn<E>({ entry, draw }: { entry: E; draw: (entry: E) => ReactNode }) {
  return draw(entry);
}) as <E>(props: { entry: E; draw: (entry: E) => ReactNode }) => ReactNode;

function Listed<E extends { id: string }>({ title, empty, entries, selected, draw }: ListedProps<E>) {
  const { box, rows, after, measure } = useDrawnRows<HTMLUListElement>({
    count: entries.length,
    height: ROW_HEIGHT,
    keyOf: (row) => entries[row]?.id ?? row,
    pinned: selected ? entries.indexOf(selected) : -1,
  });
  return (
    <section aria-label={title}>
      <Title order={2} size="h4" mb="xs">
        {title}
      </Title>
      {entries.length === 0 && <Text c="dimmed">{empty}</Text>}
      <ul ref={box} className={classes.list} style={{ paddingBottom: after }} hidden={entries.length === 0}>
        {rows.map(({ index, key, gap }) => {
          const entry = entries[index];
          return (
            entry && (
              <li
                key={key}
                data-index={index}
                ref={measure}
                style={{ marginTop: gap }}
                aria-setsize={entries.length}
                aria-posinset={index + 1}
              >
                <Drawn entry={entry} draw={draw} />
              </li>
            )
          );
        })}
      </ul>
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
