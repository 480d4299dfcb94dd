// The own log: entries never change, so a page that is full is read once; what a search finds grows at its head.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { answered, node, type Schemas } from "@/api/client";

export type Entry = Schemas["LogEntry"];
export type Verified = Schemas["Verified"];

export interface Filter {
  q: string;
  kind: string;
  subject: string;
  person: string;
  post: string;
  /** Microseconds since 1970 (UTC); null for no limit. */
  since: number | null;
  until: number | null;
}

export const PAGE = 100;

export function isEmpty(filter: Filter): boolean {
  return Object.values(filter).every((value) => value === "" || value === null);
}

/** Number of the last entry. */
export const headQuery = queryOptions({
  queryKey: ["node", "log-head"],
  queryFn: async () =>
    (await answered(node.GET("/api/v1/log", { params: { query: { newest: true, limit: 1 } } }))).seq,
});

/** The page with entries `page * PAGE + 1` and following; the last one is read again when the log grows. */
export function pageQuery(page: number, head: number) {
  const isFull = head >= (page + 1) * PAGE;
  return queryOptions({
    queryKey: isFull ? ["log", page] : ["log", page, head],
    queryFn: async () => {
      const query = { after: page * PAGE, limit: PAGE };
      return (await answered(node.GET("/api/v1/log", { params: { query } }))).data;
    },
  });
}

function asked(filter: Filter) {
  const { since, until, ...words } = filter;
  return { ...words, ...(since === null ? {} : { since }), ...(until === null ? {} : { until }) };
}

/** What a search finds up to entry `head`, the newest first. */
export function searchQuery(filter: Filter, head: number) {
  return infiniteQueryOptions({
    queryKey: ["log-search", filter, head],
    queryFn: ({ pageParam }) =>
      answered(
        node.GET("/api/v1/log", {
          params: { query: { ...asked(filter), newest: true, limit: PAGE, cursor: pageParam } },
        }),
      ),
    initialPageParam: String(head + 1),
    getNextPageParam: (last) => last.next,
  });
}

/** What a search finds among the entries after `head`, the newest first. */
export function newerQuery(filter: Filter, head: number) {
  return queryOptions({
    queryKey: ["node", "log-newer", filter, head],
    queryFn: async () => {
      const query = { ...asked(filter), newest: true, limit: 1000, after: head };
      return (await answered(node.GET("/api/v1/log", { params: { query } }))).data;
    },
  });
}

export function entryQuery(seq: number) {
  return queryOptions({
    queryKey: ["log-entry", seq],
    queryFn: async () =>
      (await answered(node.GET("/api/v1/log/entries/{seq}", { params: { path: { seq } } }))).data,
  });
}
