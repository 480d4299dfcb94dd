// A long list is there before all of it was read, and never half when it is read again.
import { QueryClient } from "@tanstack/react-query";
import { expect, it } from "vitest";

import { growing, type Growing } from "./growing";

const key = ["node", "list"];

/** A list of the node that grows while it is read; `seen` is what the page showed, again and again. */
function list(all: number[]) {
  const client = new QueryClient();
  const asked: number[] = [];
  const seen: Growing<number>[] = [];
  const queryFn = growing((cursor, limit) => {
    asked.push(limit);
    const shown = client.getQueryData<Growing<number>>(key);
    if (shown) seen.push(shown);
    const end = Number(cursor) + limit;
    return Promise.resolve({
      data: all.slice(Number(cursor), end),
      next: end < all.length ? String(end) : null,
      seq: 1,
    });
  });
  const read = () => client.query<Growing<number>>({ queryKey: key, queryFn });
  return { asked, seen, read };
}

it("is shown from the first page on, which is small", async () => {
  const { asked, seen, read } = list(Array.from({ length: 2000 }, (_, at) => at));
  const { entries, isWhole } = await read();
  expect(asked).toEqual([100, 1000, 1000]);
  expect(entries).toEqual(Array.from({ length: 2000 }, (_, at) => at));
  expect(isWhole).toBe(true);
  expect(seen.map((shown) => [shown.entries.length, shown.isWhole])).toEqual([
    [100, false],
    [1100, false],
  ]);
});

it("stays whole while it is read again", async () => {
  const { seen, read } = list(Array.from({ length: 300 }, (_, at) => at));
  await read();
  seen.length = 0;
  const again = await read();
  expect(seen.map(({ entries, isWhole }) => [entries.length, isWhole])).toEqual([
    [300, true],
    [300, true],
  ]);
  expect(again.entries).toHaveLength(300);
});

it("that is empty is whole", async () => {
  expect(await list([]).read()).toEqual({ entries: [], isWhole: true });
});
