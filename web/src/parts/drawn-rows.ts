// Which rows of a long list on a page are drawn: those that are seen, the one that is worked with, on paper all.
import { defaultRangeExtractor, type Range, useWindowVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from "react";

import { usePrinting } from "./printing";

/** Rows that are drawn beyond the edges, so that scrolling finds them there. */
const BEYOND = 8;

export interface DrawnRow {
  index: number;
  key: number | string;
  /** Height of what is left out before it. */
  gap: number;
}

interface Drawn<B extends HTMLElement> {
  /** Of the element in which the rows are. */
  box: RefObject<B | null>;
  rows: DrawnRow[];
  /** Height of what is left out after the last. */
  after: number;
  /** Of each row, which needs `data-index` too. */
  measure: (row: HTMLElement | null) => void;
}

interface Rows {
  count: number;
  /** Height of a row until it is measured. */
  height: number;
  keyOf: (row: number) => number | string;
  /** A row that is drawn wherever the page stands, since it has the focus; -1 for none. */
  pinned: number;
}

export function useDrawnRows<B extends HTMLElement>({ count, height, keyOf, pinned }: Rows): Drawn<B> {
  const box = useRef<B>(null);
  const isPrinting = usePrinting();
  const rangeExtractor = useCallback(
    (range: Range) =>
      isPrinting ? upTo(range.count) : withPinned(defaultRangeExtractor(range), pinned, range.count),
    [isPrinting, pinned],
  );
  const list = useWindowVirtualizer<HTMLElement>({
    count,
    estimateSize: () => height,
    getItemKey: keyOf,
    overscan: BEYOND,
    scrollMargin: useTop(box),
    rangeExtractor,
  });
  const { scrollMargin } = list.options;
  const items = list.getVirtualItems();
  const rows = items.map(({ index, key, start }, at) => {
    const gap = start - (items[at - 1]?.end ?? scrollMargin);
    return { index, key: key as number | string, gap };
  });
  const end = items.at(-1)?.end ?? scrollMargin;
  return { box, rows, after: scrollMargin + list.getTotalSize() - end, measure: list.measureElement };
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** Return rows in their order with one more among them, where the list still has it. */
export function withPinned(rows: number[], pinned: number, count: number): number[] {
  if (pinned < 0 || pinned >= count || rows.includes(pinned)) return rows;
  return [...rows, pinned].sort((a, b) => a - b);
}

/** How far below the top of the page an element begins; what stands above it may grow. */
function useTop(box: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const measure = () => {
      if (box.current) setTop(Math.round(box.current.getBoundingClientRect().top + globalThis.scrollY));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [box]);
  return top;
}
