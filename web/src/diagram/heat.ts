// One hue, even steps for the eye, never darker than dark text on it can bear.
import type { Heat } from "./types";

const lightest = 0.97;
const darkest = 0.72;

/** Return the colour for a share of the largest value, from 0 to 1. */
export function heatColour(share: number): string {
  const bounded = Math.min(1, Math.max(0, share));
  const lightness = lightest + (darkest - lightest) * bounded;
  return `oklch(${lightness.toFixed(3)} ${(0.01 + 0.14 * bounded).toFixed(3)} 55)`;
}

/** Return for each element its share of the largest value. */
export function shares(heat: Record<string, Heat>): Record<string, number> {
  const largest = Math.max(0, ...Object.values(heat).map((entry) => entry.value));
  const entries = Object.entries(heat);
  return Object.fromEntries(entries.map(([id, { value }]) => [id, largest > 0 ? value / largest : 0]));
}

/** Return the smallest and the largest entry, for a legend. */
export function extremes(heat: Record<string, Heat>): [Heat, Heat] | null {
  const sorted = Object.values(heat).sort((one, other) => one.value - other.value);
  const [first, last] = [sorted[0], sorted.at(-1)];
  return first && last ? [first, last] : null;
}
