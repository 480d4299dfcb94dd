// What has come into a list since it was first shown: to be announced, and marked until it was looked at.
import { useEffect, useRef, useState } from "react";

interface Known {
  /** Whose list it is; another one begins anew. */
  list: string;
  ids: ReadonlySet<string>;
}

/** Return which ids are new, beside those that were known; none of a list that is seen for the first time. */
export function arrived(known: Known | null, list: string, ids: readonly string[]): string[] {
  return known?.list === list ? ids.filter((id) => !known.ids.has(id)) : [];
}

interface Arrivals {
  /** Ids that came while the page was open and were not selected yet. */
  fresh: ReadonlySet<string>;
  /** Those that came last, for the announcement. */
  last: readonly string[];
  seen: (id: string) => void;
}

/** @param ids What is in the list now; undefined while it is not known. */
export function useArrivals(list: string, ids: readonly string[] | undefined): Arrivals {
  const known = useRef<Known | null>(null);
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const [last, setLast] = useState<readonly string[]>([]);
  const key = ids?.join(" ");

  useEffect(() => {
    if (ids === undefined) return;
    const came = arrived(known.current, list, ids);
    const before = known.current?.list === list ? known.current.ids : [];
    known.current = { list, ids: new Set([...before, ...ids]) };
    if (came.length === 0) return;
    setLast(came);
    setFresh((old) => new Set([...old, ...came]));
    // The list is the same as long as its ids are.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [list, key]);

  const seen = (id: string) =>
    setFresh((old) => (old.has(id) ? new Set([...old].filter((other) => other !== id)) : old));
  return { fresh, last, seen };
}
