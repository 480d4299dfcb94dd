// Both languages say everything, nothing is said that nobody hears, and no words stand in the code itself.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";
import { describe, expect, it } from "vitest";

import en from "./en";
import ja from "./ja";

interface Words {
  [key: string]: string | Words;
}

const here = join(import.meta.dirname, "..");
const PLURAL = /_(zero|one|two|few|many|other)$/;
/** Names that are the same everywhere. */
const SAME_EVERYWHERE = /^(renkei|UTC|RK\d+|\/\S*|[^\p{L}]*)$/u;
const SPOKEN = new Set(["label", "title", "aria-label", "placeholder", "description", "alt", "message"]);

function flat(words: Words, at = ""): [string, string][] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === "string" ? [[at + key, value] as [string, string]] : flat(value, `${at}${key}.`),
  );
}

/** Keys without what counting adds to them. */
function counted(words: Words): Set<string> {
  return new Set(flat(words).map(([key]) => key.replace(PLURAL, "")));
}

function sources(): string[] {
  return readdirSync(here, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$|\.d\.ts$|^text\//.test(path))
    .map((path) => join(here, path));
}

const areas = Object.keys(en) as (keyof typeof en)[];

describe.each(areas)("%s", (area) => {
  const [english, japanese] = [en[area] as Words, ja[area] as Words];

  it("says the same things in both languages", () => {
    expect([...counted(japanese)].sort()).toEqual([...counted(english)].sort());
  });

  it("leaves nothing empty", () => {
    const empty = [...flat(english), ...flat(japanese)].filter(([, text]) => text === "");
    expect(empty).toEqual([]);
  });

  it("fills in the same values in both languages", () => {
    const holes = (text: string) => [...new Set(text.match(/\{\{\w+\}\}/g))].sort().join();
    const other = new Map(flat(japanese).map(([key, text]) => [key, text]));
    const differing = flat(english).filter(([key, text]) => {
      const plain = key.replace(PLURAL, "");
      const said = other.get(key) ?? other.get(`${plain}_other`) ?? "";
      // "One" need not say how many.
      return key.endsWith("_one") ? false : holes(said) !== holes(text);
    });
    expect(differing.map(([key]) => key)).toEqual([]);
  });

  it("has Japanese where it should be Japanese", () => {
    const left = flat(japanese).filter(
      ([key, text]) => text === flat(english).find(([other]) => other === key)?.[1] && isWords(text),
    );
    expect(left.map(([key]) => key)).toEqual([]);
  });
});

/** Whether a text is words of a language, and no name or sign. */
function isWords(text: string): boolean {
  const plain = text.replace(/\{\{\w+\}\}/g, "").trim();
  return !SAME_EVERYWHERE.test(plain) && /[a-z]{3,}/.test(plain) && !/^[a-z]+-[a-z-]+$/.test(plain);
}

interface Used {
  /** Keys, and beginnings of keys that are put together. */
  whole: Set<string>;
  begun: Set<string>;
  spoken: string[];
}

/** Read every string of the sources, and the words that stand in JSX. */
function read(): Used {
  const used: Used = { whole: new Set(), begun: new Set(), spoken: [] };
  for (const path of sources()) {
    const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
    visit(source, source, used);
  }
  return used;
}

function visit(node: ts.Node, source: ts.SourceFile, used: Used): void {
  if (ts.isStringLiteralLike(node)) used.whole.add(node.text);
  if (ts.isTemplateExpression(node)) used.begun.add(node.head.text);
  if (ts.isJsxText(node) && isSpoken(node.text)) used.spoken.push(where(node, source, node.text));
  if (ts.isJsxAttribute(node)) {
    const value = node.initializer;
    const name = node.name.getText(source);
    if (value && ts.isStringLiteral(value) && SPOKEN.has(name) && isSpoken(value.text))
      used.spoken.push(where(node, source, value.text));
  }
  ts.forEachChild(node, (child) => visit(child, source, used));
}

function isSpoken(text: string): boolean {
  return /\p{L}{2,}/u.test(text) && !SAME_EVERYWHERE.test(text.trim());
}

function where(node: ts.Node, source: ts.SourceFile, text: string): string {
  const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
  return `${source.fileName}:${line + 1} ${text.trim()}`;
}

describe("the sources", () => {
  const used = read();

  it("use every text", () => {
    const begun = [...used.begun].filter((head) => head.length > 0);
    const isUsed = (key: string) =>
      used.whole.has(key) ||
      begun.some((head) => key.startsWith(head)) ||
      // A key may be put together from a part that is a value: t(kind).
      used.whole.has(key.slice(key.lastIndexOf(".") + 1));
    const unused = areas.flatMap((area) =>
      [...counted(en[area] as Words)].filter((key) => !isUsed(key)).map((key) => `${area}.${key}`),
    );
    expect(unused).toEqual([]);
  });

  it("have no words of their own", () => {
    expect(used.spoken).toEqual([]);
  });
});
