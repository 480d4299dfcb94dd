// Names of what came out, as the model had them that was run.
import type { Schemas } from "@/api/client";
import { useName } from "@/text/language";

type Listed = "options" | "processes" | "measures" | "posts";

/** Return a function that gives the name of a thing of the model that was run; its id where it has none. */
export function useNamesOf(outline: Schemas["Outline"]): (kind: Listed, id: string) => string {
  const name = useName();
  return (kind, id) => name(outline[kind].find((entry) => entry.id === id)?.name) || id;
}
