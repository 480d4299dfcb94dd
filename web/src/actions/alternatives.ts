// Ways to go on, as questions: one for each attribute, one for the flows, one for another round.
import type { Schemas } from "@/api/client";

import type { Refusal } from "./offer";

type Plain = Schemas["Alternative"];
export type Way = Plain & { refusal?: Refusal | null };

/** What was picked so far: question -> answer. */
export type Picked = Record<string, string>;

export interface Question {
  /** `attribute:` with its id, `flows`, or `again`. */
  key: string;
  answers: string[];
}

const FLOWS = "flows";
const AGAIN = "again";
const ATTRIBUTE = "attribute:";

export function attributeOf(question: string): string | null {
  return question.startsWith(ATTRIBUTE) ? question.slice(ATTRIBUTE.length) : null;
}

/** How a way answers each question. */
export function answersOf(way: Way): Picked {
  const found: Picked = {};
  for (const [attribute, value] of Object.entries(way.outcome)) found[ATTRIBUTE + attribute] = value;
  if (way.flows.length > 0) found[FLOWS] = flowsKey(way);
  if (way.again !== null) found[AGAIN] = way.again ? "yes" : "no";
  return found;
}

/** Questions on which the ways differ; what all have in common is not asked. */
export function questionsOf(ways: readonly Way[]): Question[] {
  const answers = new Map<string, Set<string>>();
  for (const way of ways)
    for (const [key, answer] of Object.entries(answersOf(way)))
      answers.set(key, (answers.get(key) ?? new Set()).add(answer));
  return [...answers]
    .map(([key, found]) => ({ key, answers: [...found] }))
    .filter(({ key, answers: found }) => found.length > 1 || !ways.every((way) => key in answersOf(way)));
}

/** The ways that fit what was picked. */
export function fitting<W extends Way>(ways: readonly W[], picked: Picked): W[] {
  const asked = new Set(questionsOf(ways).map((question) => question.key));
  return ways.filter((way) => {
    const answers = answersOf(way);
    return Object.entries(picked).every(([key, answer]) => !asked.has(key) || answers[key] === answer);
  });
}

/** The one way that was picked; null while more than one would fit, or none does. */
export function chosenWay<W extends Way>(ways: readonly W[], picked: Picked): W | null {
  const found = fitting(ways, picked);
  if (found.length === 1) return found[0] ?? null;
  // Nothing more can be asked where all that is left is the same.
  const same = new Set(found.map((way) => JSON.stringify(answersOf(way))));
  const isAnswered = found.every((way) =>
    Object.keys(answersOf(way)).every((key) => isSaid(ways, picked, key)),
  );
  return same.size === 1 && isAnswered ? (found[0] ?? null) : null;
}

function isSaid(ways: readonly Way[], picked: Picked, key: string): boolean {
  return key in picked || !questionsOf(ways).some((question) => question.key === key);
}

/** Why no way with an answer can be taken: null where one can. */
export function againstAnswer(ways: readonly Way[], question: string, answer: string): Refusal | null {
  const having = ways.filter((way) => answersOf(way)[question] === answer);
  return having.every((way) => way.refusal) ? (having[0]?.refusal ?? null) : null;
}

function flowsKey(way: Way): string {
  return way.flows
    .map((flow) => flow.id)
    .sort()
    .join(" ");
}

export function flowsNamed(ways: readonly Way[], key: string): Way["flows"] {
  return ways.find((way) => flowsKey(way) === key)?.flows ?? [];
}
