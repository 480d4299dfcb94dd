// APP-6 symbols of headquarters, drawn by milsymbol.
import ms from "milsymbol";

/** How a command relationship is drawn: a colour and a pattern, since colour alone is not for everybody. */
export const LINES = {
  cocom: { color: "#1b3a5c", dash: "", width: 3 },
  opcon: { color: "#1b3a5c", dash: "", width: 2 },
  tacon: { color: "#1b3a5c", dash: "8 4", width: 2 },
  adcon: { color: "#8a5a00", dash: "3 3", width: 2 },
  support: { color: "#2b6a3a", dash: "10 3 2 3", width: 2 },
  "coordinating-authority": { color: "#6d2f80", dash: "6 3", width: 2 },
  dirlauth: { color: "#6d2f80", dash: "2 4", width: 2 },
  liaison: { color: "#9b2c2c", dash: "1 4", width: 2.5 },
} as const;

export type RelationshipKind = keyof typeof LINES;

/** Kinds that put one headquarters below another; the others lie between equals. */
export const COMMAND: ReadonlySet<RelationshipKind> = new Set(["cocom", "opcon", "tacon", "adcon"]);

export interface Drawn {
  href: string;
  width: number;
  height: number;
}

/**
 * Return the symbol of a military headquarters as a picture.
 *
 * @param exercise Whether the node is in an exercise, which the symbol then says.
 */
export function symbolOf(exercise: boolean, size = 26): Drawn {
  const key = `${exercise} ${size}`;
  const known = symbols.get(key) ?? drawn(exercise, size);
  symbols.set(key, known);
  return known;
}

/** Every headquarters has the same. */
const symbols = new Map<string, Drawn>();

function drawn(exercise: boolean, size: number): Drawn {
  // Positions of the code (APP-6 D): version, context, identity, set, status, headquarters, echelon, entity.
  const symbol = new ms.Symbol(`10${exercise ? "1" : "0"}31002000000000000`, { size, infoFields: false });
  const { width, height } = symbol.getSize();
  return { href: `data:image/svg+xml;utf8,${encodeURIComponent(symbol.asSVG())}`, width, height };
}
