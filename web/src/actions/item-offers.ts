// What can be done about a message, a request, an offer, an order, a report or a conference.
import type { Kind, Written } from "./command";
import type { Item, ItemBrief, Offer } from "./offer";

type ItemCommand =
  | "acknowledge"
  | "answer"
  | "offer"
  | "match"
  | "accept"
  | "decline"
  | "close-item"
  | "withdraw"
  | "start"
  | "end";

export function offersOfItem(item: Item): Offer[] {
  return item.actions
    .map((action) => ({ command: action.command as Kind, posts: action.posts, refusal: action.refusal }))
    .filter((action) => isItemCommand(action.command))
    .map((action) => ({ ...action, direct: directOf(item, action.command) }));
}

/** The offer of the one command that an entry of the inbox asks for. */
export function askedOfItem(item: ItemBrief, asks: string, post: string): Offer | null {
  const command = asks as Kind;
  if (!isItemCommand(command)) return null;
  return { command, posts: [post], refusal: null, direct: directOf(item, command) };
}

const known: readonly string[] = [
  "acknowledge",
  "answer",
  "offer",
  "match",
  "accept",
  "decline",
  "close-item",
  "withdraw",
  "start",
  "end",
] satisfies ItemCommand[];

function isItemCommand(command: string): command is ItemCommand {
  return known.includes(command);
}

/** To acknowledge binds nobody to anything: it is done at one keystroke. The rest is confirmed. */
function directOf(item: ItemBrief, command: Kind): Written | null {
  return command === "acknowledge" ? { type: command, item: item.id } : null;
}

/** The command of a form on which nothing but a reason or a moment is said. */
export function plainOfItem({ id, parent }: ItemBrief, command: Kind): Written {
  switch (command) {
    case "accept":
    case "start":
    case "decline":
    case "close-item":
    case "withdraw":
      return { type: command, item: id };
    case "match":
      return { type: command, item: parent, offer: id };
    default:
      return { type: "acknowledge", item: id };
  }
}
