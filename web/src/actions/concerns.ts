// Which entry on a page a command is about, so that it can be shown there while the node has not confirmed it.
import type { Command } from "@/session/session";

/** What is shown: a piece of work in a case, an item, a post, or a whole case. */
export type About =
  { case: string; element: string } | { item: string } | { post: string } | { case: string; element?: never };

/** Return whether a command concerns what is shown; for a whole case, whatever belongs to no entry of its own. */
export function concerns(command: Command, post: string | null, about: About): boolean {
  if ("item" in about) return itemsOf(command).includes(about.item);
  if ("post" in about) return postOf(command, post) === about.post;
  if (!("case" in command) || command.case !== about.case) return false;
  return about.element === undefined
    ? elementOf(command) === null && itemsOf(command).length === 0
    : elementOf(command) === about.element;
}

export function elementOf(command: Command): string | null {
  if ("task" in command) return command.task;
  if ("gateway" in command) return command.gateway;
  if ("attribute" in command) return command.attribute;
  if ("event" in command) return command.event;
  return null;
}

export function itemsOf(command: Command): string[] {
  const item = "item" in command && command.item ? [command.item] : [];
  return "offer" in command ? [...item, command.offer] : item;
}

function postOf(command: Command, post: string | null): string | null {
  if (command.type === "assume") return command.post;
  return command.type === "hand-over" || command.type === "leave" ? post : null;
}
