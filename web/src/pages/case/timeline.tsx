// Everything that the log holds about a case, with who asserts which moment. Long ones cost no more than short ones.
import { Group, SegmentedControl, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { Unconfirmed } from "@/actions/unconfirmed";
import { timelineQuery } from "@/api/queries";
import { Problem } from "@/parts/problem";

import classes from "./case.module.css";
import { type Filter, filters, isShown } from "./entry-kinds";
import { usePrinting } from "@/parts/printing";
import type { CaseView, Entry } from "./queries";
import { TimelineEntry } from "./timeline-entry";
import { useSentences } from "./sentences";

export function Timeline({ view }: { view: CaseView }) {
  const { t } = useTranslation("cases");
  const { data, error, refetch } = useQuery(timelineQuery(view.id));
  const [filter, setFilter] = useState<Filter>("all");
  const printing = usePrinting();
  const shown = useMemo(
    () => (data ?? []).filter((entry) => isShown(entry, filter)).toReversed(),
    [data, filter],
  );
  if (error && !data) return <Problem error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton height={300} />;
  if (printing) return <Plain entries={data} view={view} />;
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <SegmentedControl
          aria-label={t("timeline.filter")}
          value={filter}
          onChange={setFilter}
          data={filters.map((value) => ({ value, label: t(`timeline.${value}`) }))}
        />
        <Text size="sm" role="status">
          {t("timeline.count", { count: shown.length })}
        </Text>
      </Group>
      <Unconfirmed about={{ case: view.id }} />
      <Rows entries={shown} view={view} />
    </Stack>
  );
}

function Rows({ entries, view }: { entries: Entry[]; view: CaseView }) {
  const { t } = useTranslation("cases");
  const box = useRef<HTMLDivElement>(null);
  const say = useSentences(view);
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing of it is passed on to memoised parts
  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => box.current,
    estimateSize: () => 74,
    getItemKey: (at) => entries[at]?.seq ?? at,
    overscan: 8,
  });
  if (entries.length === 0) return <Text size="sm">{t("timeline.none")}</Text>;
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolled by keyboard
    <div ref={box} className={classes.scroll} tabIndex={0} role="group" aria-label={t("part.timeline")}>
      <ol className={classes.rows} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const entry = entries[index];
          return entry ? (
            <li
              key={key}
              data-index={index}
              ref={virtual.measureElement}
              className={`${classes.row ?? ""} ${classes.virtual ?? ""} ${entry.late ? (classes.late ?? "") : ""}`}
              style={{ transform: `translateY(${start}px)` }}
              aria-setsize={entries.length}
              aria-posinset={index + 1}
            >
              <TimelineEntry entry={entry} say={say} />
            </li>
          ) : null;
        })}
      </ol>
    </div>
  );
}

/** On paper in the order of the log. */
function Plain({ entries, view }: { entries: Entry[]; view: CaseView }) {
  const say = useSentences(view);
  return (
    <ol className={classes.rows}>
      {entries.map((entry) => (
        <li key={entry.seq} className={classes.row}>
          <TimelineEntry entry={entry} say={say} />
        </li>
      ))}
    </ol>
  );
}
