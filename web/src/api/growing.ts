// Lists that may be long: the first page is there at once, while the rest is still read.
import { experimental_streamedQuery as streamedQuery } from "@tanstack/react-query";

import type { Page } from "./client";

export interface Growing<T> {
  entries: T[];
  /** Whether all of it was read; until then nothing can be said of what is not there. */
  isWhole: boolean;
}

/** As many as are seen first; a small page is there sooner. */
const FIRST = 100;
const MOST = 1000;

type Read<T> = (cursor: string, limit: number) => Promise<Page<T>>;

/** Return how a query reads a list page by page; when it is read again, the new one takes the old one's place whole. */
export function growing<T>(read: Read<T>) {
  return streamedQuery<Page<T>, Growing<T>>({
    streamFn: () => pagesOf(read),
    reducer: ({ entries }, { data, next }) => ({ entries: [...entries, ...data], isWhole: !next }),
    initialValue: { entries: [], isWhole: false },
    refetchMode: "replace",
  });
}

async function* pagesOf<T>(read: Read<T>): AsyncGenerator<Page<T>> {
  let page = await read("", FIRST);
  yield page;
  while (page.next) {
    page = await read(page.next, MOST);
    yield page;
  }
}
