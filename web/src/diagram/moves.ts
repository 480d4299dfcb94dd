// From where to where tokens went between two markings, so that the eye can follow them.
import type { Outline } from "./outline";
import type { Token } from "./types";

/** Return for each place that has gained tokens the place that they came from, as far as the drawing tells. */
export function origins(before: Token[], after: Token[], outline: Outline): Map<string, string> {
  const had = counted(before);
  const has = counted(after);
  const lost = [...had.keys()].filter((at) => (had.get(at) ?? 0) > (has.get(at) ?? 0));
  const gained = [...has.keys()].filter((at) => (has.get(at) ?? 0) > (had.get(at) ?? 0));
  const found = new Map<string, string>();
  for (const at of gained) {
    const from =
      lost.find((place) => touches(place, at, outline)) ?? (lost.length === 1 ? lost[0] : undefined);
    if (from) found.set(at, from);
  }
  return found;
}

function counted(tokens: Token[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const { at, count } of tokens) found.set(at, (found.get(at) ?? 0) + count);
  return found;
}

/** Whether two places have an element in common: a flow has its two ends, an element itself. */
function touches(one: string, other: string, outline: Outline): boolean {
  const ends = (at: string) => {
    const flow = outline.flows.get(at);
    return flow ? [flow.source, flow.target] : [at];
  };
  const left = ends(one);
  return ends(other).some((end) => left.includes(end));
}
