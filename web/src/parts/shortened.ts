// Texts that have to fit beside something drawn.

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
