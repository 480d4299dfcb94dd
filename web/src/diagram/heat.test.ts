import { describe, expect, it } from "vitest";

import { extremes, heatColour, shares } from "./heat";

const lightness = (colour: string) => Number(/oklch\(([\d.]+)/u.exec(colour)?.[1]);

describe("heat", () => {
  it("grows darker in even steps of one hue, never too dark for dark text", () => {
    const colours = [0, 0.25, 0.5, 0.75, 1].map(heatColour);
    const steps = colours.slice(1).map((colour, at) => lightness(colours[at] ?? "") - lightness(colour));
    for (const step of steps) expect(step).toBeCloseTo(steps[0] ?? 0, 2);
    expect(Math.min(...colours.map(lightness))).toBeGreaterThanOrEqual(0.7);
    expect(new Set(colours.map((colour) => colour.split(" ").at(-1))).size).toBe(1);
    expect([heatColour(-1), heatColour(9)]).toEqual([heatColour(0), heatColour(1)]);
  });

  it("is a share of the largest value, and nothing where all are nothing", () => {
    const heat = { a: { value: 4, label: "4" }, b: { value: 1, label: "1" } };
    expect(shares(heat)).toEqual({ a: 1, b: 0.25 });
    expect(shares({ a: { value: 0, label: "0" } })).toEqual({ a: 0 });
    expect(extremes(heat)?.map((entry) => entry.label)).toEqual(["1", "4"]);
    expect(extremes({})).toBeNull();
  });
});
