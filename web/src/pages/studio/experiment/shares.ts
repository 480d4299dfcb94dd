// Differences as shares of a whole, and what fits where they are drawn.
import type { Schemas } from "@/api/client";

interface Share {
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
