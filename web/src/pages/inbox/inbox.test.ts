// What is selected when entries come and go, and which are announced.
import { expect, it } from "vitest";

import { withPinned } from "@/parts/drawn-rows";

import { arrived } from "./arrivals";
import { placeOf } from "./selection";

it("selects the first at first, and the next in place of one that has gone", () => {
  expect(placeOf([], null)).toBe(-1);
  expect(placeOf(["a", "b"], null)).toBe(0);
  expect(placeOf(["a", "b", "c"], { id: "b", at: 1 })).toBe(1);
  expect(placeOf(["a", "c"], { id: "b", at: 1 })).toBe(1);
  expect(placeOf(["a"], { id: "b", at: 1 })).toBe(0);
});

it("stays with an entry that is moved by what comes before it", () => {
  expect(placeOf(["new", "a", "b"], { id: "a", at: 0 })).toBe(1);
});

it("announces what comes, and nothing of a list that is seen for the first time", () => {
  expect(arrived(null, "pm", ["a"])).toEqual([]);
  const known = { list: "pm", ids: new Set(["a"]) };
  expect(arrived(known, "pm", ["a", "b"])).toEqual(["b"]);
  expect(arrived(known, "pm", [])).toEqual([]);
  expect(arrived(known, "governor", ["b"])).toEqual([]);
});

it("draws what is worked with wherever the page stands, while the list has it", () => {
  expect(withPinned([4, 5, 6], 90, 100)).toEqual([4, 5, 6, 90]);
  expect(withPinned([4, 5, 6], 1, 100)).toEqual([1, 4, 5, 6]);
  expect(withPinned([4, 5, 6], 5, 100)).toEqual([4, 5, 6]);
  expect(withPinned([4, 5, 6], 90, 90)).toEqual([4, 5, 6]);
  expect(withPinned([4, 5, 6], -1, 100)).toEqual([4, 5, 6]);
});
