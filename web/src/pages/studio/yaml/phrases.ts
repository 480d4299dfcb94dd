// What the text editor itself says, in the language of the page.
import type { TFunction } from "i18next";

const PHRASES = {
  Find: "find",
  Replace: "replacement",
  next: "next",
  previous: "previous",
  all: "all",
  "match case": "matchCase",
  regexp: "regexp",
  "by word": "byWord",
  replace: "replace",
  "replace all": "replaceAll",
  close: "close",
  Completions: "completions",
  Diagnostics: "problems",
  "No diagnostics": "noProblems",
  "Go to line": "goToLine",
  go: "go",
  "folded code": "folded",
  unfold: "unfold",
  "current match": "currentMatch",
  "on line": "onLine",
  "Selection deleted": "deleted",
} as const;

export function phrasesIn(t: TFunction<"studio">): Record<string, string> {
  return Object.fromEntries(Object.entries(PHRASES).map(([phrase, key]) => [phrase, t(`editor.${key}`)]));
}
