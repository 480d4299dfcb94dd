// One line about an entry, out of what the event itself says.
import type { Entry } from "./queries";

/** Parts of events that tell people most, in the order in which they are told. */
const TELLING = [
  "title",
  "text",
  "name",
  "change",
  "post",
  "to",
  "party",
  "partner",
  "number",
  "size",
  "task",
  "transition",
  "place",
  "code",
  "reason",
  "held",
  "option",
];
const MOST_PARTS = 4;

/** @param nameOf Gives the name of a post or a party. */
export function summary(entry: Entry, nameOf: (id: string) => string): string {
  const event = entry.body.event as Record<string, unknown>;
  const said = TELLING.map((part) => event[part]).filter(
    (value): value is string | number =>
      (typeof value === "string" && value !== "") || typeof value === "number",
  );
  return said
    .slice(0, MOST_PARTS)
    .map((value) => nameOf(String(value)))
    .join(" · ");
}

/** The kind without its version. */
export function kindOf(kind: string): string {
  return kind.split("/")[0] ?? kind;
}

/** Kinds of entries, as they are searched for. */
export const KINDS = [
  "account.changed",
  "case.closed",
  "case.moved",
  "case.opened",
  "consent.denied",
  "consent.known",
  "consent.withdrawn",
  "entry.corrected",
  "exercise.declared",
  "item.changed",
  "item.opened",
  "link.acknowledged",
  "link.forked",
  "link.resumed",
  "link.sealed",
  "message.arrived",
  "model.adopted",
  "node.created",
  "partner.deferred",
  "partner.received",
  "partner.rejected",
  "post.assumed",
  "post.handed-over",
  "post.left",
  "release.decided",
  "release.held",
  "released",
  "step.fired",
  "work.claimed",
  "work.delegated",
  "work.returned",
] as const;
export type Kind = (typeof KINDS)[number];

export function isKnown(kind: string): kind is Kind {
  return (KINDS as readonly string[]).includes(kind);
}
