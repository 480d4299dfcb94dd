// What waits for a release decision, what a partner would see of it, and what went out.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { answered, everyPage, node, type Schemas } from "@/api/client";
import type { Label } from "@/parts/label-rules";

export type Held = Schemas["HeldRelease"];
export type Released = Schemas["ReleasedLine"];

const MOST = 1000;
/** Entries on one page of what was released; page 0 begins with number 1. */
export const RELEASED_PAGE = 100;

export const heldQuery = queryOptions({
  queryKey: ["node", "held"],
  queryFn: async () => {
    const { data } = await everyPage((cursor) =>
      answered(node.GET("/api/v1/items", { params: { query: { kind: "release", cursor, limit: MOST } } })),
    );
    return data.filter((entry): entry is Held => entry.what === "release");
  },
});

/** What the partner would be given under a label, byte for byte; what the node says against it as an error. */
export function previewQuery(held: string, label: Label) {
  return queryOptions({
    queryKey: ["node", "preview", held, label],
    queryFn: async () => {
      const { classification, releasable_to, category } = label;
      const query = { classification, releasable_to, category: category ?? "" };
      const asked = node.GET("/api/v1/held/{item}/preview", { params: { path: { item: held }, query } });
      return (await answered(asked)).data;
    },
    placeholderData: keepPreviousData,
    retry: false,
  });
}

/** One page of what was released to a partner, the lowest number first. */
export function releasedQuery(partner: string, page: number) {
  return queryOptions({
    queryKey: ["node", "released", partner, page],
    queryFn: async () => {
      const query = { cursor: String((page + 1) * RELEASED_PAGE + 1), limit: RELEASED_PAGE };
      const asked = node.GET("/api/v1/links/{partner}/released", { params: { path: { partner }, query } });
      return (await answered(asked)).data.toReversed();
    },
  });
}
