/** Return the highest classification among markings, written as markings are; "" where there is none. */
export function highest(markings: string[], classifications: string[]): string {
  const upper = classifications.map((entry) => entry.toUpperCase());
  const ranks = markings.map((marking) => upper.indexOf(marking.split("//", 1)[0] ?? ""));
  return upper[Math.max(-1, ...ranks)] ?? "";
}
