// Commands as the forms here write them: what the outbox and the node fill in by themselves is left out.
import type { Command } from "@/session/session";

export type Kind = Command["type"];

type Unsaid = "id" | "note" | "event_at";
type WrittenOf<C> = C extends Command ? Omit<C, Unsaid> : never;
/** A command without what any command may carry besides. */
export type Written = WrittenOf<Command>;

/** What may be said beside any command. */
export interface Aside {
  /** Why, in the words of whoever gives it. */
  note: string;
  /** When it happened, as the value of a date field; "" for now. */
  happened: string;
}

export const noAside: Aside = { note: "", happened: "" };

/** Return the command as it goes to the outbox, which gives it its id. */
export function toCommand(written: Written, aside: Aside = noAside): Command {
  return { ...written, id: "", note: aside.note.trim(), event_at: toMoment(aside.happened) };
}

/** Return the moment that a date field says, in microseconds since 1970; null where it says none. */
export function toMoment(field: string): number | null {
  const milliseconds = new Date(field).getTime();
  return Number.isFinite(milliseconds) ? milliseconds * 1000 : null;
}
