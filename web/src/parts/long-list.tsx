// A list of any length in a box of its own: only the rows that are seen are drawn, and only they ask the node.
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef } from "react";

import classes from "./long-list.module.css";

/** Rows that are drawn beyond the edges, so that scrolling finds them there. */
const BEYOND = 8;

interface Props {
  label: string;
  count: number;
  /** Height of a row until it is measured. */
  height: number;
  keyOf: (row: number) => number | string;
  /** What stands in a row; it reads what it needs by itself. */
  draw: (row: number) => ReactNode;
  /** Called when the end is near, for lists whose end is not known. */
  atEnd?: (() => void) | undefined;
}

export function LongList({ label, count, height, keyOf, draw, atEnd }: Props) {
  const box = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- it keeps state of its own, drawn anew with us
  const rows = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => height,
    getItemKey: keyOf,
    overscan: BEYOND,
  });
  const seen = rows.getVirtualItems();
  const isNearEnd = (seen.at(-1)?.index ?? -1) >= count - 1;
  useEffect(() => {
    if (isNearEnd) atEnd?.();
  }, [isNearEnd, count, atEnd]);
  return (
    // A box that scrolls has to be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div ref={box} className={classes.box} tabIndex={0} role="list" aria-label={label}>
      <div className={classes.all} style={{ height: rows.getTotalSize() }} role="presentation">
        {seen.map(({ key, index, start }) => (
          <div
            key={key}
            data-index={index}
            ref={rows.measureElement}
            className={classes.row}
            style={{ transform: `translateY(${start}px)` }}
            role="listitem"
            aria-setsize={count}
            aria-posinset={index + 1}
          >
            {draw(index)}
          </div>
        ))}
      </div>
    </div>
  );
}
