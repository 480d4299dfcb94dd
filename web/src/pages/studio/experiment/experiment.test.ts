import { describe, expect, it } from "vitest";

import { shortened } from "@/parts/shortened";
import type { Schemas } from "@/api/client";

import { shareOf } from "./shares";
import { fitting, toJob, usual } from "./terms";

function difference(mean: number | null, ci95: number[] | null, relative: number | null) {
  const found: Schemas["DifferenceResult"] = {
    option: "O1",
    baseline: "O0",
    measure: "m",
    mean,
    ci95,
    relative,
    share_faster: null,
    share_slower: null,
    cases: 3,
    clear: false,
    verdict: "no clear difference",
  };
  return found;
}

describe("a difference", () => {
  it("keeps its interval around it as a share of the whole", () => {
    expect(shareOf(difference(-100, [-120, -80], -0.2), 1)).toEqual({ mean: -0.2, low: -0.24, high: -0.16 });
    expect(shareOf(difference(0, [-10, 10], 0), 100)).toEqual({ mean: 0, low: -0.1, high: 0.1 });
    expect(shareOf(difference(0, [-10, 10], 0), null)).toBeNull();
  });
});

describe("a label", () => {
  it("takes no more room than it has, in either writing", () => {
    expect(shortened("abc", 3)).toBe("abc");
    expect(shortened("abcd", 3)).toBe("ab…");
    expect(shortened("救援決定", 4)).toBe("救…");
  });
});

const outline = {
  options: [{ id: "O0" }, { id: "O1" }, { id: "O2" }],
  processes: [{ id: "p" }, { id: "q" }],
  run: { begins: "", days: 30, warmup_days: 0, replications: 7, baseline: "O0" },
} as unknown as Schemas["Outline"];

describe("what is asked of the node", () => {
  it("is what the model says of its runs", () => {
    expect(toJob(usual(outline), outline, {})).toMatchObject({
      kind: "compare",
      options: ["O0", "O1", "O2"],
      processes: [],
      replications: 7,
      days: 30,
    });
  });

  it("has the baseline in it where anything is compared", () => {
    const terms = { ...usual(outline), options: ["O1", "O2"] };
    expect(toJob(terms, outline, {}).options).toEqual(["O0", "O1", "O2"]);
    expect(toJob({ ...terms, options: ["O2"] }, outline, {})).toMatchObject({
      kind: "simulate",
      options: ["O2"],
    });
  });

  it("leaves out what the model no longer has", () => {
    const terms = fitting({ ...usual(outline), options: ["O1", "gone"], processes: ["q", "gone"] }, outline);
    expect(toJob(terms, outline, {})).toMatchObject({ options: ["O1"], processes: ["q"] });
  });
});
