// Names of the model for ids, in the language of the page. An id that the model does not know is shown as it is.
import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, use } from "react";

import type { Schemas } from "@/api/client";
import { modelQuery } from "@/api/queries";
import { type Both, useName } from "@/text/language";

type Model = Schemas["ModelView"];
type Named = "posts" | "headquarters" | "parties" | "matters" | "attributes" | "channels" | "processes";
type Names = Record<Named, ReadonlyMap<string, Both>>;

const Context = createContext<Names | undefined>(undefined);
const made = new WeakMap<Model, Names>();

/** Names are asked for in every row of every list: the model is read once for all of them. */
export function NamesProvider({ children }: { children: ReactNode }) {
  const { data } = useQuery(modelQuery);
  return <Context value={data && namesOf(data)}>{children}</Context>;
}

function namesOf(model: Model): Names {
  const known = made.get(model);
  if (known) return known;
  const { posts, headquarters, parties, matters, attributes, channels, processes } = model;
  const names = {
    posts: byId(posts),
    headquarters: byId(headquarters),
    parties: byId(parties),
    matters: byId(matters),
    attributes: byId(attributes),
    channels: byId(channels),
    processes: byId(processes),
  };
  made.set(model, names);
  return names;
}

function byId(entries: readonly { id: string; name: Both }[]): ReadonlyMap<string, Both> {
  return new Map(entries.map(({ id, name }) => [id, name]));
}

/** Return a function that gives the name of a thing of the model in use. */
export function useNamed(kind: Named): (id: string) => string {
  const names = use(Context)?.[kind];
  const name = useName();
  return (id) => name(names?.get(id)) || id;
}

export function PostName({ id }: { id: string }) {
  return <>{useNamed("posts")(id)}</>;
}

export function PartyName({ id }: { id: string }) {
  return <>{useNamed("parties")(id)}</>;
}
