// Which cases are shown, in which order.
import type { Schemas } from "@/api/client";

export type CaseLine = Schemas["CaseLine"];

export const filters = ["open", "closed", "all"] as const;
export type Filter = (typeof filters)[number];

/** The newest first; words are looked for in titles, ids, processes and contingencies, in both languages. */
export function shownCases(cases: readonly CaseLine[], filter: Filter, words: string): CaseLine[] {
  const wanted = words.trim().toLowerCase();
  return cases
    .filter((entry) => filter === "all" || entry.is_open === (filter === "open"))
    .filter((entry) => textOf(entry).includes(wanted))
    .sort((a, b) => b.opened - a.opened);
}

function textOf({ id, title, process_name, contingency_name }: CaseLine): string {
  const names = [process_name, contingency_name].flatMap((name) => (name ? [name.en, name.ja] : []));
  return [id, title, ...names].join(" ").toLowerCase();
}
