import { describe, expect, it } from "vitest";

import { reach, ticks } from "./axis";
import { deadlinesOf } from "./deadlines";
import { highest } from "./highest";
import { otherActions } from "./possible";
import type { CaseView } from "./queries";

const classes = ["unclassified", "confidential", "secret"];

describe("the marking of a whole document", () => {
  it("is the highest of its parts, and none where nothing is marked", () => {
    expect(highest(["UNCLASSIFIED//REL TO JPN", "SECRET//REL TO JPN, USA", ""], classes)).toBe("SECRET");
    expect(highest(["", ""], classes)).toBe("");
    expect(highest([], classes)).toBe("");
  });
});

describe("the time axis", () => {
  const prospect = (p90: number | null, due: number | null, reached = false) => {
    const percentile = (value: number | null) => ({ value, ci95: [value, value] });
    const none = { missed: null, bottleneck: null, waiting: [], without: 0, censored: 0, unit: "s" as const };
    return { p50: percentile(1), p90: percentile(p90), due, reached, ...none };
  };

  it("reaches every band and every deadline of what is still open", () => {
    expect(reach([prospect(100, 900), prospect(5000, 10, true)], 10_000)).toBeGreaterThan(900);
    expect(reach([prospect(100, 900), prospect(5000, 10, true)], 10_000)).toBeLessThan(5000);
    expect(reach([prospect(null, null)], 10_000)).toBeGreaterThanOrEqual(10_000);
    expect(reach([], 10_000)).toBeGreaterThan(0);
  });

  it("has a few even ticks from now on, whatever its length", () => {
    for (const end of [61, 999, 86_400, 5e6, 9e8]) {
      const found = ticks(end);
      expect(found[0]).toBe(0);
      expect(found.length).toBeGreaterThan(1);
      expect(found.length).toBeLessThanOrEqual(8);
      expect(Math.max(...found)).toBeLessThanOrEqual(end);
    }
  });
});

describe("what is due", () => {
  it("comes by its moment, and what has ended last", () => {
    const name = { en: "", ja: "" };
    const measure = (id: string, deadline: number | null, ended: number | null) =>
      ({
        id,
        kind: "measure",
        name,
        deadline,
        ended,
        missed: false,
        seen_here: true,
      }) as CaseView["measures"][number];
    const view = {
      measures: [measure("ended", 1, 1), measure("later", 9, null), measure("never", null, null)],
      timers: [{ id: "timer", kind: "timer", name, deadline: 5, missed: false }],
      obligations: [],
      due: [],
    } as unknown as CaseView;
    expect(deadlinesOf(view).map((entry) => entry.id)).toEqual(["timer", "later", "never", "ended"]);
  });
});

describe("what others can do", () => {
  it("leaves out what the post itself can do, and items with which nobody can go on", () => {
    const action = (id: string, item: string | undefined, posts: string[]) => ({
      id,
      item,
      posts,
      could: posts,
    });
    const actions = [
      action("a", "i", ["other"]),
      action("b", "i", []),
      action("c", undefined, []),
      action("d", "i", ["own"]),
    ];
    expect(otherActions({ actions } as unknown as CaseView, "own").map((entry) => entry.id)).toEqual([
      "c",
      "a",
    ]);
  });
});
