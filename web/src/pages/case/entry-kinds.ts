// Kinds of entries, as people look for them.
import type { Entry } from "./queries";

export const filters = ["all", "steps", "exchanges", "link"] as const;
export type Filter = (typeof filters)[number];

export function isShown(entry: Entry, filter: Filter): boolean {
  return filter === "all" || kindOf(entry) === filter;
}

function kindOf(entry: Entry): Filter {
  const name = entry.event.split(".", 1)[0] ?? "";
  if (name === "item") return "exchanges";
  return /^(release|partner|link)/u.test(entry.event) ? "link" : "steps";
}
