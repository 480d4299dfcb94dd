// The whole log, or what a search finds in it, the newest first; one entry opens beside it.
import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { memo, useState } from "react";
import { useTranslation } from "react-i18next";

import { LongList } from "@/parts/long-list";
import { useNumbers } from "@/parts/moment";
import { Loading, Problem } from "@/parts/problem";

import { EntryDrawer } from "./entry";
import { Filters, useFilter } from "./filters";
import { EntryLine } from "./line";
import {
  type Entry,
  type Filter,
  headQuery,
  isEmpty,
  newerQuery,
  PAGE,
  pageQuery,
  searchQuery,
} from "./queries";
import { type Saying, useSaying } from "./saying";

const LINE_HEIGHT = 52;

export function LogView() {
  const { data: head, error, refetch } = useQuery(headQuery);
  const [filter, change, clear] = useFilter();
  const [open, setOpen] = useState<number | null>(null);
  const saying = useSaying();
  return (
    <Stack>
      <Filters change={change} clear={clear} />
      {head === undefined && !error && <Loading />}
      {head === undefined && error && <Problem error={error} retry={() => void refetch()} />}
      {head !== undefined &&
        (isEmpty(filter) ? (
          <Everything head={head} open={setOpen} saying={saying} />
        ) : (
          <Found key={JSON.stringify(filter)} filter={filter} now={head} open={setOpen} saying={saying} />
        ))}
      <EntryDrawer seq={open} close={() => setOpen(null)} />
    </Stack>
  );
}

interface EverythingProps {
  head: number;
  saying: Saying;
  open: (seq: number) => void;
}

function Everything({ head, open, saying }: EverythingProps) {
  const { t } = useTranslation("log");
  const number = useNumbers();
  return (
    <>
      <Text size="sm" role="status">
        {t("count", { count: head, shown: number(head) })}
      </Text>
      <LongList
        label={t("all")}
        count={head}
        height={LINE_HEIGHT}
        keyOf={(row) => head - row}
        draw={(row) => <Paged seq={head - row} head={head} open={open} saying={saying} />}
      />
    </>
  );
}

const Paged = memo(function Paged({ seq, head, open, saying }: { seq: number } & EverythingProps) {
  const page = Math.floor((seq - 1) / PAGE);
  const { data } = useQuery(pageQuery(page, head));
  return <EntryLine seq={seq} entry={data?.[seq - 1 - page * PAGE]} open={open} saying={saying} />;
});

interface FoundProps {
  filter: Filter;
  now: number;
  open: (seq: number) => void;
  saying: Saying;
}

/** The search begins where the log ended when it was asked; what has come since then is put before it. */
function Found({ filter, now, open, saying }: FoundProps) {
  const { t } = useTranslation("log");
  const [head] = useState(now);
  const found = useInfiniteQuery(searchQuery(filter, head));
  const newer = useQuery({ ...newerQuery(filter, head), enabled: now > head });
  const entries: Entry[] = [...(newer.data ?? []), ...(found.data?.pages.flatMap((page) => page.data) ?? [])];
  const { hasNextPage, isFetching, fetchNextPage, error } = found;
  const more = () => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  };
  if (error && !found.data) return <Problem error={error} retry={() => void found.refetch()} />;
  return (
    <>
      <Text size="sm" role="status">
        {t(hasNextPage || isFetching ? "foundSoFar" : "found", { count: entries.length })}
      </Text>
      {entries.length > 0 && (
        <LongList
          label={t("results")}
          count={entries.length}
          height={LINE_HEIGHT}
          keyOf={(row) => entries[row]?.seq ?? row}
          draw={(row) => (
            <EntryLine seq={entries[row]?.seq ?? 0} entry={entries[row]} open={open} saying={saying} />
          )}
          atEnd={more}
        />
      )}
      {entries.length === 0 && !hasNextPage && !isFetching && <Alert color="gray">{t("nothing")}</Alert>}
      {hasNextPage && (
        <Group>
          <Button variant="default" loading={isFetching} onClick={more}>
            {t("more")}
          </Button>
        </Group>
      )}
    </>
  );
}
