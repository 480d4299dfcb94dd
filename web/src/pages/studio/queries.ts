// What the studio asks of the node.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { answered, everyPage, node, NodeError, type Schemas } from "@/api/client";

import type { Files } from "./workspace";
import type { Schema } from "./yaml/schema";

/** Saved versions never change, and what runs is opened anew by its name: nothing here is made old by events. */
const kept = { staleTime: Infinity } as const;

export const schemaQuery = queryOptions({
  queryKey: ["studio", "schema"],
  queryFn: async () => (await answered(node.GET("/api/v1/studio/schema"))).data as Schema,
  ...kept,
});

export const modelsQuery = queryOptions({
  queryKey: ["node", "studio", "models"],
  queryFn: async () =>
    (
      await everyPage((cursor) =>
        answered(node.GET("/api/v1/studio/models", { params: { query: { cursor, limit: 1000 } } })),
      )
    ).data,
});

export function modelOpenedQuery(identity: string) {
  return queryOptions({
    queryKey: ["studio", "model", identity],
    queryFn: async () =>
      (await answered(node.GET("/api/v1/studio/models/{identity}", { params: { path: { identity } } }))).data,
    ...kept,
  });
}

const numbers = new WeakMap<Files, number>();
let highest = 0;

/** A short name for these files as they are in memory: as a key, their whole text would be read at every key press. */
function numberOf(files: Files | null): number {
  if (!files) return 0;
  const known = numbers.get(files) ?? (highest += 1);
  numbers.set(files, known);
  return known;
}

/** Another window of the same person has asked for a newer check: this one has been given up. */
const OVERTAKEN = "RK772";

export function checkQuery(files: Files | null) {
  return queryOptions({
    queryKey: ["studio", "check", numberOf(files)],
    queryFn: async ({ signal }) =>
      (await answered(node.POST("/api/v1/studio/check", { body: { files: files ?? {} }, signal }))).data,
    enabled: files !== null,
    placeholderData: keepPreviousData,
    gcTime: 60_000,
    retry: (count, error) => error instanceof NodeError && error.body.code === OVERTAKEN && count < 5,
    retryDelay: 500,
    ...kept,
  });
}

/** One's own simulations and comparisons, the latest first. */
export const jobsQuery = queryOptions({
  queryKey: ["studio", "jobs"],
  queryFn: async () =>
    (await answered(node.GET("/api/v1/studio/jobs", { params: { query: { limit: 20 } } }))).data,
  staleTime: 0,
});

const POLL_MS = 300;

export function jobQuery(id: string) {
  return queryOptions({
    queryKey: ["studio", "job", id],
    queryFn: async () =>
      (await answered(node.GET("/api/v1/studio/jobs/{job}", { params: { path: { job: id } } }))).data,
    enabled: id !== "",
    refetchInterval: (query) => (isOver(query.state.data?.state) ? false : POLL_MS),
  });
}

export function isOver(state: Schemas["JobWithResult"]["state"] | undefined): boolean {
  return state !== undefined && state !== "queued" && state !== "running";
}
