// One entry of the page is selected; when it goes, the one that takes its place is.
import { useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";

interface Selected {
  id: string;
  at: number;
}

/** Return the place of the selected entry: its own, or where it was when it has gone; -1 in an empty list. */
export function placeOf(ids: readonly string[], selected: Selected | null): number {
  if (ids.length === 0) return -1;
  if (!selected) return 0;
  const found = ids.indexOf(selected.id);
  return found >= 0 ? found : Math.min(selected.at, ids.length - 1);
}

interface Selection {
  current: string | null;
  select: (id: string) => void;
  move: (by: 1 | -1) => void;
}

/** @param focus Takes the focus to an entry. */
export function useSelection(ids: readonly string[], focus: (id: string) => void): Selection {
  const [selected, setSelected] = useState<Selected | null>(null);
  const at = placeOf(ids, selected);
  const current = ids[at] ?? null;
  const before = useRef(current);

  useEffect(() => {
    const isGone = before.current !== null && !ids.includes(before.current);
    before.current = current;
    // Where the focus was on what has gone, it is nowhere; a dialog that is open keeps it.
    if (isGone && current !== null && document.activeElement === document.body) focus(current);
  }, [current, ids, focus]);

  const select = (id: string) => setSelected({ id, at: ids.indexOf(id) });
  return {
    current,
    select,
    move: (by) => {
      const next = ids[Math.max(0, Math.min(ids.length - 1, at + (selected ? by : 0)))];
      if (next === undefined) return;
      // It may not be drawn yet: only what is selected is drawn for certain.
      flushSync(() => select(next));
      focus(next);
    },
  };
}
