// What can be done about an entry: which command, by which key, by whom, and if by nobody here, why not.
import type { Schemas } from "@/api/client";

import type { Kind, Written } from "./command";

export type Refusal = Schemas["RefusalShown"];
export type Work = Schemas["Work"];
export type TaskWork = Schemas["TaskWork"];
export type HeldRelease = Schemas["HeldRelease"];
export type Item = Exclude<Schemas["ItemView"], HeldRelease>;
/** What the forms need of an item; lines of lists have it too. */
export type ItemBrief = Pick<Schemas["InboxItem"], "id" | "what" | "case" | "parent" | "origin" | "text">;

export interface Offer {
  command: Kind;
  /** Own posts that may do it now. */
  posts: readonly string[];
  refusal: Refusal | null;
  /** The whole command, where it is given at once; null where a form comes first. */
  direct: Written | null;
}

/** One letter for one idea: `a` affirms, `d` turns down, `c` completes, and so on. */
const letters: Partial<Record<Kind, string>> = {
  approve: "a",
  accept: "a",
  acknowledge: "a",
  answer: "a",
  deny: "d",
  decline: "d",
  complete: "c",
  choose: "c",
  set: "c",
  occur: "c",
  claim: "t",
  return: "r",
  delegate: "g",
  offer: "o",
  match: "m",
  start: "s",
  end: "e",
  withdraw: "w",
  "close-item": "x",
};

export function letterOf(command: Kind): string {
  return letters[command] ?? "";
}
