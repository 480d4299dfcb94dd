// Whatever the modeler can say, it says in Japanese too.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import * as replaceOptions from "bpmn-js/lib/features/replace/ReplaceOptions";
import { expect, it } from "vitest";

import japanese from "@/text/ja/bpmn.json";

import { sayingIn, WORDS } from "./words";

const packages = join(import.meta.dirname, "../../../../node_modules");
/** An example in a comment, what is put together below, and a transformation of a drawing. */
const ELSEWHERE = new Set(["HELLO {you}", "Align elements ", " + shift + "]);
const SIDES = ["left", "center", "right", "top", "middle", "bottom"];

/** What the program hands to its service for other languages, as it stands in the source. */
function inSource(): string[] {
  const found: string[] = [];
  for (const name of ["bpmn-js/lib", "diagram-js/lib"]) {
    for (const path of readdirSync(join(packages, name), { recursive: true, encoding: "utf8" })) {
      if (!path.endsWith(".js")) continue;
      const text = readFileSync(join(packages, name, path), "utf8");
      found.push(
        ...[...text.matchAll(/\b_?translate\(\s*(['"])(.+?)\1\s*[,)+]/g)].map((match) => match[2] ?? ""),
      );
      found.push(...[...text.matchAll(/\b\w+_ERR_MSG = '(.+?)'/g)].map((match) => match[1] ?? ""));
    }
  }
  return found;
}

interface Option {
  label?: string | ((element: unknown) => string);
}

/** What an element can be changed into: lists of the program, as they are handed over later. */
function inMenus(): string[] {
  const lists = Object.values(replaceOptions).filter((list) => Array.isArray(list)) as Option[][];
  const pools = [{ children: [] }, { children: [{}] }].map((rest) => ({
    ...rest,
    businessObject: { processRef: {}, $instanceOf: () => false },
  }));
  return lists.flat().flatMap(({ label }) => {
    if (typeof label === "string") return [label];
    return label ? pools.map((pool) => label(pool)) : [];
  });
}

const said = [
  ...new Set([...inSource(), ...inMenus(), ...SIDES.map((side) => `Align elements ${side}`)]),
].filter((text) => !ELSEWHERE.has(text));

it("is known here where it stands in the program", () => {
  expect(said.length).toBeGreaterThan(120);
  expect(said).toEqual(expect.arrayContaining(["Create gateway", "User task", "Terminate end event"]));
});

it("is said in Japanese, all of it", () => {
  const known = new Set([...Object.keys(WORDS), ...Object.keys(japanese)]);
  expect(said.filter((text) => !known.has(text)).sort()).toEqual([]);
});

it("has no words for what is said no more", () => {
  expect(Object.keys(japanese).filter((text) => !said.includes(text))).toEqual([]);
});

it("keeps what is put into a sentence", () => {
  expect(sayingIn(() => "", "ja")("Open {element}", { element: "Task_1" })).toBe("Task_1 を開く");
  expect(sayingIn(() => "", "en")("Open {element}", { element: "Task_1" })).toBe("Open Task_1");
  expect(sayingIn(() => "", "ja")("User task")).not.toBe("User task");
});
