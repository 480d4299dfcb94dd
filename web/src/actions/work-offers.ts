// What can be done about a piece of work in a case; what is expected first.
import type { Offer, TaskWork, Work } from "./offer";

/** @param deputies Posts to which the work of its post can be delegated. */
export function offersOfWork(work: Work, deputies: readonly string[]): Offer[] {
  const { case: id, posts } = work;
  const offered = { posts, refusal: null, direct: null };
  if (work.kind === "choice") return [{ ...offered, command: "choose" }];
  if (work.kind === "attribute") return [{ ...offered, command: "set" }];
  if (work.kind === "event") return [{ ...offered, command: "occur" }];
  const task = { case: id, task: work.task };
  return [
    ...decisions(work),
    work.claimed
      ? { ...offered, command: "return", direct: { type: "return", ...task } }
      : { ...offered, command: "claim", direct: { type: "claim", ...task } },
    ...(work.post && deputies.length > 0
      ? [{ ...offered, command: "delegate" as const, posts: [work.post] }]
      : []),
  ];
}

function decisions(work: TaskWork): Offer[] {
  const { alternatives, posts } = work;
  const refused = (chosen: TaskWork["alternatives"]) =>
    chosen.every((one) => one.refusal) ? (chosen[0]?.refusal ?? null) : null;
  if (!work.decides.approves)
    return [{ command: "complete", posts, refusal: refused(alternatives), direct: null }];
  const granting = alternatives.filter((one) => one.consents);
  const denying = alternatives.filter((one) => !one.consents);
  return [
    { command: "approve", posts, refusal: refused(granting), direct: null },
    { command: "deny", posts, refusal: denying.length > 0 ? refused(denying) : null, direct: null },
  ];
}

/** The part of a case that a piece of work is about. */
export function elementOf(work: Work): string {
  switch (work.kind) {
    case "task":
      return work.task;
    case "choice":
      return work.gateway;
    case "attribute":
      return work.attribute;
    case "event":
      return work.event;
  }
}
