// What is to be simulated, as the form has it and as the node is asked for it.
import type { Schemas } from "@/api/client";

import type { Files } from "../workspace";

type Outline = Schemas["Outline"];

export interface TermsOf {
  options: string[];
  processes: string[];
  replications: number;
  seed: number;
  days: number;
}

/** Return what the model itself says of its runs; without it, a year a hundred times. */
export function usual(outline: Outline): TermsOf {
  return {
    options: outline.options.map(({ id }) => id),
    processes: outline.processes.map(({ id }) => id),
    replications: outline.run?.replications ?? 100,
    seed: 1,
    days: outline.run?.days ?? 365,
  };
}

/** Return the terms without what the model no longer has, so that what was typed outlives what was renamed. */
export function fitting(terms: TermsOf, outline: Outline): TermsOf {
  const has = (list: { id: string }[]) => (id: string) => list.some((entry) => entry.id === id);
  return {
    ...terms,
    options: terms.options.filter(has(outline.options)),
    processes: terms.processes.filter(has(outline.processes)),
  };
}

/** Return the baseline of a comparison of these options: the model's own where it is among them. */
export function baselineOf(outline: Outline): string {
  return outline.run?.baseline ?? outline.options[0]?.id ?? "";
}

/** Return what to ask of the node: a comparison where there is something to compare, the baseline always in it. */
export function toJob(terms: TermsOf, outline: Outline, files: Files): Schemas["NewJob"] {
  const isComparison = terms.options.length > 1;
  const baseline = baselineOf(outline);
  const named =
    isComparison && baseline && !terms.options.includes(baseline)
      ? [baseline, ...terms.options]
      : terms.options;
  return {
    kind: isComparison ? "compare" : "simulate",
    files,
    options: named,
    processes: terms.processes.length === outline.processes.length ? [] : terms.processes,
    replications: terms.replications,
    seed: terms.seed,
    days: terms.days,
  };
}
