// What the pages read. Every key begins with "node", so that one event of the log makes all of them old.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { answered, everyPage, node } from "./client";
import { growing } from "./growing";

const most = 1000;

export const meQuery = queryOptions({
  queryKey: ["node", "me"],
  queryFn: async () => (await answered(node.GET("/api/v1/me"))).data,
});

export const modelQuery = queryOptions({
  queryKey: ["node", "model"],
  queryFn: async () => (await answered(node.GET("/api/v1/model"))).data,
});

export const postsQuery = queryOptions({
  queryKey: ["node", "posts"],
  queryFn: async () =>
    (
      await everyPage((cursor) =>
        answered(node.GET("/api/v1/posts", { params: { query: { cursor, limit: most } } })),
      )
    ).data,
});

export function inboxQuery(post: string) {
  return queryOptions({
    queryKey: ["node", "inbox", post],
    queryFn: growing((cursor, limit) =>
      answered(node.GET("/api/v1/inbox", { params: { query: { post, cursor, limit } } })),
    ),
    placeholderData: keepPreviousData,
  });
}

export function waitingQuery(post: string) {
  return queryOptions({
    queryKey: ["node", "waiting", post],
    queryFn: growing((cursor, limit) =>
      answered(node.GET("/api/v1/waiting", { params: { query: { post, cursor, limit } } })),
    ),
    placeholderData: keepPreviousData,
  });
}

export const casesQuery = queryOptions({
  queryKey: ["node", "cases"],
  queryFn: growing((cursor, limit) =>
    answered(node.GET("/api/v1/cases", { params: { query: { newest: true, cursor, limit } } })),
  ),
});

export function caseQuery(id: string) {
  return queryOptions({
    queryKey: ["node", "case", id],
    queryFn: async () =>
      (await answered(node.GET("/api/v1/cases/{case}", { params: { path: { case: id } } }))).data,
  });
}

export function timelineQuery(id: string) {
  return queryOptions({
    queryKey: ["node", "timeline", id],
    queryFn: async () =>
      (
        await everyPage((cursor) =>
          answered(
            node.GET("/api/v1/cases/{case}/timeline", {
              params: { path: { case: id }, query: { cursor, limit: most } },
            }),
          ),
        )
      ).data,
  });
}

export function forecastQuery(id: string) {
  return queryOptions({
    queryKey: ["node", "forecast", id],
    queryFn: async () =>
      (await answered(node.GET("/api/v1/cases/{case}/forecast", { params: { path: { case: id } } }))).data,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

export function itemsQuery(filter: { kind?: string; case?: string }) {
  return queryOptions({
    queryKey: ["node", "items", filter],
    queryFn: async () =>
      (
        await everyPage((cursor) =>
          answered(node.GET("/api/v1/items", { params: { query: { ...filter, cursor, limit: most } } })),
        )
      ).data,
  });
}

export function itemQuery(id: string) {
  return queryOptions({
    queryKey: ["node", "item", id],
    queryFn: async () =>
      (await answered(node.GET("/api/v1/items/{item}", { params: { path: { item: id } } }))).data,
  });
}

export const linksQuery = queryOptions({
  queryKey: ["node", "links"],
  queryFn: async () =>
    (
      await everyPage((cursor) =>
        answered(node.GET("/api/v1/links", { params: { query: { cursor, limit: most } } })),
      )
    ).data,
});
