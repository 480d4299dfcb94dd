// Ids that the model itself gives: what stands under `posts`, `headquarters` and so on, offered where one is named.

/** Which section of the model a key refers to; what is not here takes no id of the model. */
const SECTIONS: Readonly<Record<string, readonly string[]>> = {
  source: ["sources"],
  party: ["parties"],
  parties: ["parties"],
  releasable_to: ["parties"],
  headquarters: ["headquarters"],
  superior: ["headquarters"],
  subordinate: ["headquarters"],
  calendar: ["calendars"],
  holidays: ["holidays"],
  post: ["posts"],
  posts: ["posts"],
  deputies: ["posts"],
  matter: ["matters"],
  matters: ["matters"],
  proposes: ["matters"],
  ceases: ["matters"],
  channel: ["channels"],
  classification: ["classifications"],
  ceiling: ["classifications"],
  process: ["processes"],
  option: ["options"],
  baseline: ["options"],
  to: ["headquarters", "posts", "parties"],
};

/** Return the ids of each section, read by indentation so that a broken text still gives them. */
export function idsOf(text: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  let section = "";
  let indent = 0;
  for (const line of text.split("\n")) {
    const match = /^(\s*)(?:- +)?([A-Za-z_][\w.-]*)\s*:?/.exec(line);
    if (!match || line.trimStart().startsWith("#")) continue;
    const [, spaces = "", key = ""] = match;
    if (spaces.length === 0) {
      section = key;
      indent = 0;
      found[section] = [...listed(line)];
    } else if (section && (indent === 0 || spaces.length === indent)) {
      indent = spaces.length;
      found[section]?.push(key);
    }
  }
  return found;
}

/** Ids in a list on the line of the section itself. */
function listed(line: string): string[] {
  const inner = /\[([^\]]*)\]/.exec(line)?.[1] ?? "";
  return inner
    .split(",")
    .map((entry) => entry.trim())
    .filter(Boolean);
}

/** Return the ids that a value at this path may name. */
export function ownAt(ids: Record<string, string[]>, path: string[]): string[] {
  const key = path.findLast((entry) => entry !== "[]") ?? "";
  return (SECTIONS[key] ?? []).flatMap((section) => ids[section] ?? []);
}
