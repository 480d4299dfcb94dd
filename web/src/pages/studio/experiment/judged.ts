// What a difference is worth, in words: whether it is there at all, and whether it is large enough to matter.
import type { Schemas } from "@/api/client";

/** A difference below this share of the mean is small, however sure it is. */
export const SMALL = 0.05;

export type Judgement = "faster" | "slower" | "small" | "unclear" | "same" | "unknown";

/** Return what to say of a difference with its interval. */
export function judged({ mean, ci95, relative }: Schemas["DifferenceResult"]): Judgement {
  const [low, high] = ci95 ?? [];
  if (mean === null || low === undefined || high === undefined) return "unknown";
  if (low === 0 && high === 0) return "same";
  if (low <= 0 && high >= 0) return "unclear";
  if (relative !== null && Math.abs(relative) < SMALL) return "small";
  return mean < 0 ? "faster" : "slower";
}

export interface Share {
  mean: number;
  low: number;
  high: number;
}

/** Return a difference and its interval as shares of the baseline's mean, null where there is no such mean. */
export function shareOf(
  { mean, ci95, relative }: Schemas["DifferenceResult"],
  baseline: number | null | undefined,
): Share | null {
  const [low, high] = ci95 ?? [];
  const whole = relative && mean ? mean / relative : baseline;
  if (mean === null || !whole || low === undefined || high === undefined) return null;
  return { mean: mean / whole, low: low / whole, high: high / whole };
}

/** Return the unit in which lengths of time up to this many seconds are best read, and its length. */
export function unitFor(seconds: number): { unit: "hour" | "day"; seconds: number } {
  return seconds > 4 * 86_400 ? { unit: "day", seconds: 86_400 } : { unit: "hour", seconds: 3_600 };
}

/** Return a text cut to so many half-width signs; a Japanese one takes two. */
export function shortened(text: string, most: number): string {
  let width = 0;
  let kept = "";
  for (const sign of text) {
    width += (sign.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1;
    if (width > most) return `${kept.slice(0, -1)}…`;
    kept += sign;
  }
  return kept;
}
