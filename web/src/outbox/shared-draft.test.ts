// Two pages of one person write one draft: neither loses anything without having been asked.
import { afterEach, expect, it, vi } from "vitest";

import { SharedDraft } from "./shared-draft";
import { database } from "./store";

let opened: SharedDraft<string>[] = [];

async function page(): Promise<SharedDraft<string>> {
  const made = new SharedDraft("studio", "", (value) => value === "");
  opened.push(made);
  await made.open();
  return made;
}

async function stored(): Promise<unknown> {
  return (await (await database()).get("drafts", "studio"))?.value;
}

afterEach(async () => {
  for (const each of opened) each.close();
  opened = [];
  await (await database()).clear("drafts");
});

it("is there in the next page", async () => {
  const first = await page();
  first.set("words");
  first.close();
  expect((await page()).seen).toEqual({ value: "words", other: null });
});

it("is followed by a page that has nothing to lose", async () => {
  const [left, right] = [await page(), await page()];
  left.set("words");
  await vi.waitFor(() => expect(right.seen).toEqual({ value: "words", other: null }));
  left.set("more words");
  await vi.waitFor(() => expect(right.seen).toEqual({ value: "more words", other: null }));
});

async function apart(): Promise<[SharedDraft<string>, SharedDraft<string>]> {
  const [left, right] = [await page(), await page()];
  left.set("left");
  await vi.waitFor(() => expect(right.seen.value).toBe("left"));
  right.set("right");
  await vi.waitFor(() => expect(left.seen).toEqual({ value: "left", other: "right" }));
  return [left, right];
}

it("that another page has changed is not overwritten, and what goes on here is kept beside it", async () => {
  const [left, right] = await apart();
  left.set("left, and more");
  await vi.waitFor(async () => expect(await (await database()).count("drafts")).toBe(2));
  expect(await stored()).toBe("right");
  left.close();
  right.close();
  const next = await page();
  expect(next.seen).toEqual({ value: "right", other: "left, and more" });
  next.takeOther();
  await vi.waitFor(async () => expect(await (await database()).count("drafts")).toBe(1));
  expect(await stored()).toBe("left, and more");
  expect((await page()).seen).toEqual({ value: "left, and more", other: null });
});

it("of the other page is taken where the person says so, and both agree", async () => {
  const [left, right] = await apart();
  left.takeOther();
  expect(left.seen).toEqual({ value: "right", other: null });
  left.set("right, and more");
  await vi.waitFor(() => expect(right.seen).toEqual({ value: "right", other: "right, and more" }));
});

it("of one's own is kept where the person says so, and the other page is asked in turn", async () => {
  const [left, right] = await apart();
  left.keepOwn();
  await vi.waitFor(() => expect(right.seen).toEqual({ value: "right", other: "left" }));
  expect(left.seen).toEqual({ value: "left", other: null });
  right.takeOther();
  await vi.waitFor(async () => expect(await (await database()).count("drafts")).toBe(1));
  expect(await stored()).toBe("left");
});

it("that was never heard of is found when the page is looked at again", async () => {
  const [left, right] = [await page(), await page()];
  left.set("left");
  await vi.waitFor(async () => expect(await stored()).toBe("left"));
  await (await database()).put("drafts", { key: "studio", value: "from a sleeping page", at: 0, by: "it" });
  globalThis.dispatchEvent(new Event("focus"));
  await vi.waitFor(() => expect(left.seen).toEqual({ value: "left", other: "from a sleeping page" }));
  expect(right.seen.other).toBeNull();
});

it("does not overwrite what was typed, nor what is stored, before it was read", async () => {
  await (await database()).put("drafts", { key: "studio", value: "old", at: 0 });
  const made = new SharedDraft<string>("studio", "", (value) => value === "");
  opened.push(made);
  const read = made.open();
  made.set("new");
  await read;
  expect(made.seen).toEqual({ value: "new", other: "old" });
  expect(await stored()).toBe("old");
});

it("is committed stroke by stroke, and waits for no answer before that", async () => {
  const first = await page();
  const put = vi.spyOn(IDBObjectStore.prototype, "put");
  const commit = vi.spyOn(IDBTransaction.prototype, "commit");
  first.set("last words");
  first.close();
  await database();
  expect(commit).toHaveBeenCalledTimes(1);
  expect(put.mock.results[0]?.value).toMatchObject({ readyState: "pending" });
  vi.restoreAllMocks();
  expect(await stored()).toBe("last words");
});
