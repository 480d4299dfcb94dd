// Ids of a drawing as the text of the model names them.

/** Return the text with an id replaced wherever it stands as a word of its own, and how often it does. */
export function renamed(text: string, from: string, to: string): { text: string; count: number } {
  if (from === to) return { text, count: 0 };
  let count = 0;
  const escaped = from.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const changed = text.replace(new RegExp(String.raw`(?<![\w.-])${escaped}(?![\w-])`, "g"), () => {
    count += 1;
    return to;
  });
  return { text: changed, count };
}
