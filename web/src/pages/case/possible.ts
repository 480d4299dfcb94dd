// What a post can do in a case, what it is asked to do, and what is for others.
import type { Kind } from "@/actions/command";
import type { Schemas } from "@/api/client";

import type { CaseView, Item, Work } from "./queries";
import { isBlocked } from "./standing";

/** Commands with which others wait to be answered; the rest (to take back, to close) is there but not asked. */
const asked = new Set(["acknowledge", "answer", "offer", "match", "accept", "start", "end"]);

export interface OtherAction extends Omit<Schemas["CaseAction"], "command"> {
  command: Kind;
}

/** Return the work of a post: what it can do now first, then what stands against it. */
export function mine(view: CaseView, post: string): Work[] {
  const own = view.work.filter((work) => work.posts.includes(post));
  return own.sort((one, other) => Number(isBlocked(one)) - Number(isBlocked(other)));
}

/** Return the items about which something is expected of a post, by their deadline. */
export function askedItems(view: CaseView, post: string): Item[] {
  const wanted = new Set(
    view.actions
      .filter((action) => action.item && asked.has(action.command) && action.posts.includes(post))
      .map((action) => action.item),
  );
  const found = view.items.filter((item) => wanted.has(item.id));
  return found.sort((one, other) => (one.due ?? Infinity) - (other.due ?? Infinity));
}

/** Return what a post may not do, what others can do first; of an item that nobody can go on with, nothing. */
export function otherActions(view: CaseView, post: string): OtherAction[] {
  const others = view.actions.filter((action) => !action.posts.includes(post));
  const telling = others.filter((action) => !action.item || action.could.length > 0);
  return (telling as OtherAction[]).sort((one, other) => rank(one) - rank(other));
}

function rank(action: OtherAction): number {
  if (!action.item) return 0;
  return action.posts.length > 0 ? 1 : 2;
}
