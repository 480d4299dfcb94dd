// Everything that is due in a case as one list: timers, measures, approvals owed, items.
import type { Both } from "@/text/language";

import type { CaseView } from "./queries";

export interface Deadline {
  id: string;
  kind: "timer" | "measure" | "obligation" | "need-by" | "acknowledge-by" | "begins";
  name: Both;
  at: number | null;
  ended: number | null;
  missed: boolean;
  /** Whether the own share of the process can tell when it is met. */
  seenHere: boolean;
}

/** Return what is due, the next first; what has ended comes last. */
export function deadlinesOf(view: CaseView): Deadline[] {
  const measures = view.measures.map(({ id, kind, name, deadline, ended, missed, seen_here }) => ({
    id,
    kind,
    name,
    at: deadline,
    ended,
    missed,
    seenHere: seen_here,
  }));
  const others = [...view.timers, ...view.obligations, ...view.due].map(
    ({ id, kind, name, deadline, missed }) => ({
      id,
      kind,
      name,
      at: deadline,
      ended: null,
      missed,
      seenHere: true,
    }),
  );
  return [...measures, ...others].sort(
    (one, other) =>
      Number(one.ended !== null) - Number(other.ended !== null) ||
      (one.at ?? Infinity) - (other.at ?? Infinity),
  );
}
