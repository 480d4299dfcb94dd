// A case as its diagram shows it: marks, tokens and names, from what the node says.
import type { Schemas } from "@/api/client";
import type { Mark, Names, Step, Token } from "@/diagram/types";

import type { CaseView, PastStep, Work } from "./queries";

/** Return the id on the drawing that a piece of work is about; attributes have none. */
export function elementOf(work: Work): string {
  if (work.kind === "task") return work.task;
  if (work.kind === "choice") return work.gateway;
  return work.kind === "event" ? work.event : work.attribute;
}

export function isBlocked(work: Work): boolean {
  if (work.kind !== "task") return false;
  const all = work.alternatives;
  return work.held_by_conference || (all.length > 0 && all.every((way) => way.refusal !== null));
}

/** Return the mark of each step; gateways that were passed need none. */
export function marksOf(view: CaseView): Record<string, Mark> {
  const marks: Record<string, Mark> = {};
  for (const { element } of view.done) if (!element.startsWith("Gateway")) marks[element] = "done";
  for (const token of view.tokens) if (token.kind === "active") marks[token.element] = "active";
  for (const work of view.work) marks[elementOf(work)] = isBlocked(work) ? "blocked" : "ready";
  return marks;
}

/** Return where the case stands; an end that was reached is marked as done already. */
export function tokensOf(view: CaseView): Token[] {
  return view.tokens
    .filter((token) => token.kind !== "end")
    .map(({ element, count, party }) => ({ at: element, count, party }));
}

export function stepsOf(history: PastStep[]): Step[] {
  return history.map(({ fired, tokens, text, at }) => ({
    fired,
    text,
    at,
    tokens: tokens.map(({ element, count, party }) => ({ at: element, count, party })),
  }));
}

/** Return the names of a process of the model for its drawing. */
export function namesOf(model: Schemas["ModelView"] | undefined, process: string): Names {
  const found = model?.processes.find((entry) => entry.id === process);
  if (!found) return {};
  const entries = [...found.elements, ...found.flows, ...found.lanes, ...found.conferences];
  return Object.fromEntries(entries.map(({ id, name }) => [id, name]));
}
