// Of the ways in which two histories were signed, whose doing they are.

/** What the node calls it where this party itself has signed two histories. */
const DISOWNED = "disowned";

export function describeForks(forked: string | null): ("theirs" | "ours")[] {
  const ways = (forked ?? "").split(" ").filter(Boolean);
  const found: ("theirs" | "ours")[] = [];
  if (ways.some((way) => way !== DISOWNED)) found.push("theirs");
  if (ways.includes(DISOWNED)) found.push("ours");
  return found;
}
