// What only the page of a case reads.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { answered, everyPage, node, type Schemas } from "@/api/client";

export type CaseView = Schemas["CaseView"];
export type Entry = Schemas["TimelineEntry"];
export type PastStep = Schemas["PastStep"];
export type Item = CaseView["items"][number];
export type Work = CaseView["work"][number];

const most = 1000;

/** Drawings never change: they are found by the digest of their model. */
export function drawingQuery(process: string, digest: string) {
  return queryOptions({
    queryKey: ["drawing", process, digest],
    queryFn: async () =>
      (
        await answered(
          node.GET("/api/v1/model/processes/{process}", {
            params: { path: { process }, query: { digest } },
          }),
        )
      ).data,
  });
}

export function historyQuery(id: string) {
  return queryOptions({
    queryKey: ["node", "history", id],
    queryFn: async () =>
      (
        await everyPage((cursor) =>
          answered(
            node.GET("/api/v1/cases/{case}/history", {
              params: { path: { case: id }, query: { cursor, limit: most } },
            }),
          ),
        )
      ).data,
    placeholderData: keepPreviousData,
  });
}
