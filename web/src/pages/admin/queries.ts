// What administrators look after.
import { queryOptions } from "@tanstack/react-query";

import { answered, everyPage, node, type Schemas } from "@/api/client";

export type Account = Schemas["AccountSeen"];
export type Keys = Schemas["OwnKeys"] | Schemas["PeerKeys"];

const MOST = 1000;
/** Stands for every post in an account. */
export const EVERY_POST = "*";

export const accountsQuery = queryOptions({
  queryKey: ["node", "accounts"],
  queryFn: async () =>
    (
      await everyPage((cursor) =>
        answered(node.GET("/api/v1/accounts", { params: { query: { cursor, limit: MOST } } })),
      )
    ).data,
});

export const identityQuery = queryOptions({
  queryKey: ["node", "identity"],
  queryFn: async () => (await answered(node.GET("/api/v1/identity"))).data,
  retry: false,
});

export const backupsQuery = queryOptions({
  queryKey: ["node", "backups"],
  queryFn: async () =>
    (
      await everyPage((cursor) =>
        answered(node.GET("/api/v1/backups", { params: { query: { cursor, limit: 1000 } } })),
      )
    ).data,
});

export const figuresQuery = queryOptions({
  queryKey: ["node", "figures"],
  queryFn: async () => (await answered(node.GET("/api/v1/figures"))).data,
});
