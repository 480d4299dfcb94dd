// Where the cursor is in a YAML text that is being written, and so is broken most of the time: by indentation and
// brackets alone, since a parser gives up at the very place that matters.

export interface Place {
  /** Keys from the root to the map or value at the cursor. A list entry counts as "[]". */
  path: string[];
  /** Whether a key or a value is being written. */
  writes: "key" | "value";
  /** What is written of it so far, and where that begins. */
  begun: string;
  from: number;
}

const KEY = /^(\s*)((?:- +)*)([A-Za-z_][\w.-]*|"[^"]*"|'[^']*')\s*:(?=\s|$)/;

/** Return where `position` is in `text`. */
export function placeAt(text: string, position: number): Place {
  const lineStart = text.lastIndexOf("\n", position - 1) + 1;
  const line = text.slice(lineStart, position);
  const above = levelsAbove(text.slice(0, lineStart), indentOf(line));
  const found = inLine(line, above);
  return { ...found, from: lineStart + found.from };
}

/** The keys under which a line of this indentation stands. */
function levelsAbove(before: string, indent: number): string[] {
  const levels: string[] = [];
  let limit = indent;
  for (const line of before.split("\n").toReversed()) {
    const found = KEY.exec(line);
    if (!found || line.trimStart().startsWith("#")) continue;
    const [, spaces = "", dashes = "", key = ""] = found;
    const own = spaces.length + dashes.length;
    if (spaces.length >= limit) continue;
    if (own < limit) levels.unshift(unquoted(key));
    if (dashes) levels.unshift("[]");
    limit = spaces.length;
    if (limit === 0) break;
  }
  return levels;
}

/** What stands on the line itself: dashes, a key, and then a value that may open flow maps and lists. */
function inLine(line: string, above: string[]): Place {
  const path = [...above];
  const dashes = /^\s*((?:- +)*)/.exec(line)?.[1] ?? "";
  for (const dash of dashes) if (dash === "-") path.push("[]");
  const found = KEY.exec(line);
  if (!found) return bare(line, path);
  path.push(unquoted(found[3] ?? ""));
  return inFlow(line, found[0].length, path);
}

function bare(line: string, path: string[]): Place {
  const begin = /^\s*(?:- +)*/.exec(line)?.[0].length ?? 0;
  if (/^[{[]/.test(line.slice(begin))) return inFlow(line, begin, path);
  return { path, writes: "key", begun: line.slice(begin), from: begin };
}

/** Read a value from `begin` to the end of what is written, one sign after the other. */
function inFlow(line: string, begin: number, path: string[]): Place {
  const open: string[] = [];
  let keys: string[] = [];
  let from = begin;
  let writes: Place["writes"] = "value";
  for (let at = begin; at < line.length; at += 1) {
    const sign = line[at] ?? "";
    if (sign === '"' || sign === "'") at = endOfQuoted(line, at);
    else if (sign === "{" || sign === "[") {
      open.push(sign);
      keys = [...keys, sign === "[" ? "[]" : ""];
      [writes, from] = [sign === "{" ? "key" : "value", at + 1];
    } else if (sign === "}" || sign === "]") {
      open.pop();
      keys = keys.slice(0, -1);
      [writes, from] = ["value", at + 1];
    } else if (sign === ",") {
      [writes, from] = [open.at(-1) === "{" ? "key" : "value", at + 1];
    } else if (sign === ":" && open.at(-1) === "{" && writes === "key") {
      keys = [...keys.slice(0, -1), unquoted(line.slice(from, at).trim())];
      [writes, from] = ["value", at + 1];
    }
  }
  const spaces = /^\s*/.exec(line.slice(from))?.[0].length ?? 0;
  const inside = writes === "key" ? keys.slice(0, -1) : keys;
  const begun = line.slice(from + spaces);
  return { path: [...path, ...inside], writes, begun, from: from + spaces };
}

function endOfQuoted(line: string, at: number): number {
  const end = line.indexOf(line[at] ?? "", at + 1);
  return end < 0 ? line.length : end;
}

function indentOf(line: string): number {
  return /^\s*/.exec(line)?.[0].length ?? 0;
}

function unquoted(key: string): string {
  return key.replace(/^(["'])(.*)\1$/, "$2");
}
