// A time axis that begins now: how far it reaches, and where its ticks are. All in seconds.
import type { Schemas } from "@/api/client";

type Prospect = Schemas["Prospect"];

const steps = [
  60,
  300,
  900,
  1800,
  3600,
  2 * 3600,
  3 * 3600,
  6 * 3600,
  12 * 3600,
  86_400,
  2 * 86_400,
  5 * 86_400,
  10 * 86_400,
  30 * 86_400,
];
const most = 6;

/** Return how far the axis reaches, so that every band and every deadline of the measures is on it. */
export function reach(prospects: Prospect[], horizon: number): number {
  const ends = prospects
    .filter((prospect) => !prospect.reached)
    .flatMap((prospect) => [prospect.p90.value ?? horizon, prospect.due ?? 0]);
  return Math.max(60, ...ends) * 1.05;
}

export function ticks(end: number): number[] {
  const step = steps.find((size) => end / size <= most) ?? Math.ceil(end / most / 86_400) * 86_400;
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, at) => at * step);
}
