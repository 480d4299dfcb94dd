import { describe, expect, it } from "vitest";

import { origins } from "./moves";
import type { Outline } from "./outline";
import { marksAt } from "./player";
import { middleOf } from "./services";
import type { Step } from "./types";

const flow = (id: string, source: string, target: string) => [id, { id, name: "", source, target }] as const;
const outline: Outline = {
  steps: [],
  flows: new Map([flow("f", "a", "b"), flow("g", "b", "c"), flow("h", "x", "y")]),
};
const token = (at: string, count = 1) => ({ at, count });

describe("where tokens come from", () => {
  it("follows the flow, and the drawing rather than chance where several moved", () => {
    expect(origins([token("f")], [token("g")], outline)).toEqual(new Map([["g", "f"]]));
    expect(origins([token("f"), token("h")], [token("g"), token("y")], outline)).toEqual(
      new Map([
        ["g", "f"],
        ["y", "h"],
      ]),
    );
  });

  it("lets nothing move that has stayed, and nothing come from nowhere", () => {
    expect(origins([token("f")], [token("f")], outline).size).toBe(0);
    expect(origins([], [token("f")], outline).size).toBe(0);
    expect(origins([token("f", 2)], [token("f"), token("g")], outline)).toEqual(new Map([["g", "f"]]));
  });
});

describe("the marks of a path", () => {
  const step = (...fired: string[]): Step => ({ fired, tokens: [], text: { en: "", ja: "" } });
  const steps = [step(), step("a"), step("b", "f")];

  it("are done before, under way in, and nothing after a step", () => {
    expect(marksAt(steps, 0)).toEqual({});
    expect(marksAt(steps, 1)).toEqual({ a: "active" });
    expect(marksAt(steps, 2, "failed")).toEqual({ a: "done", b: "failed", f: "failed" });
  });
});

describe("the middle of a connection", () => {
  it("lies half way along its bends", () => {
    expect(
      middleOf([
        { x: 0, y: 0 },
        { x: 10, y: 0 },
        { x: 10, y: 30 },
      ]),
    ).toEqual({ x: 10, y: 10 });
    expect(
      middleOf([
        { x: 3, y: 4 },
        { x: 3, y: 4 },
      ]),
    ).toEqual({ x: 3, y: 4 });
  });
});
