// What was typed is there again in the next tab; what was sent is not.
import { createElement } from "react";
import { flushSync } from "react-dom";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, expect, it, vi } from "vitest";

import { useDraft } from "./drafts";
import { database } from "./store";

interface Seen {
  value: string;
  set: (value: string) => void;
  clear: () => void;
}

let roots: Root[] = [];

/** A page with one draft; `seen` is what it shows. */
function page(key: string, initial = ""): { seen: Seen; rename: (key: string) => void; close: () => void } {
  const seen: Seen = { value: "", set: () => undefined, clear: () => undefined };
  function Page({ name }: { name: string }) {
    [seen.value, seen.set, seen.clear] = useDraft(name, initial);
    return null;
  }
  const root = createRoot(document.createElement("div"));
  roots.push(root);
  const show = (name: string) => flushSync(() => root.render(createElement(Page, { name })));
  show(key);
  return { seen, rename: show, close: () => flushSync(() => root.unmount()) };
}

async function stored(key: string): Promise<unknown> {
  return (await (await database()).get("drafts", key))?.value;
}

afterEach(async () => {
  for (const root of roots) flushSync(() => root.unmount());
  roots = [];
  await (await database()).clear("drafts");
});

it("survives a closed tab", async () => {
  const first = page("a");
  flushSync(() => first.seen.set("half a sentence"));
  first.close();
  await vi.waitFor(async () => expect(await stored("a")).toBe("half a sentence"));
  const second = page("a");
  await vi.waitFor(() => expect(second.seen.value).toBe("half a sentence"));
});

it("is gone once it was sent, at once and in the next tab", async () => {
  const first = page("a", "nothing");
  flushSync(() => first.seen.set("sent"));
  await vi.waitFor(async () => expect(await stored("a")).toBe("sent"));
  flushSync(() => first.seen.clear());
  expect(first.seen.value).toBe("nothing");
  await vi.waitFor(async () => expect(await stored("a")).toBeUndefined());
});

it("does not overwrite what is typed before it was read", async () => {
  await (await database()).put("drafts", { key: "a", value: "old", at: 0 });
  const { seen } = page("a");
  flushSync(() => seen.set("new"));
  await vi.waitFor(async () => expect(await stored("a")).toBe("new"));
  expect(seen.value).toBe("new");
});

it("is committed stroke by stroke, and waits for no answer before that", async () => {
  await database();
  const put = vi.spyOn(IDBObjectStore.prototype, "put");
  const commit = vi.spyOn(IDBTransaction.prototype, "commit");
  const first = page("a");
  flushSync(() => first.seen.set("last words"));
  first.close();
  await database();
  expect(commit).toHaveBeenCalledTimes(1);
  expect(put.mock.results[0]?.value).toMatchObject({ readyState: "pending" });
  vi.restoreAllMocks();
  expect(await stored("a")).toBe("last words");
});

it("stays with its key when the form turns to something else", async () => {
  const first = page("a");
  flushSync(() => first.seen.set("later words"));
  first.rename("b");
  flushSync(() => first.seen.set("of b"));
  expect(await stored("a")).toBe("later words");
});

it("belongs to its key", async () => {
  const { seen, rename } = page("a");
  flushSync(() => seen.set("for a"));
  rename("b");
  expect(seen.value).toBe("");
  await vi.waitFor(async () => expect(await stored("a")).toBe("for a"));
  rename("a");
  await vi.waitFor(() => expect(seen.value).toBe("for a"));
  expect(await stored("b")).toBeUndefined();
});
