// Which seats are offered to whom, and how hours are told.
import { expect, it } from "vitest";

import { dayNames } from "./hours";
import { byHeadquarters, freeFor, mayHold, type Post } from "./seats";

function post(id: string, free: number, headquarters = "hq"): Post {
  return { id, free, headquarters } as Post;
}

it("offers free seats that one may take and does not hold, one's own post first", () => {
  const posts = [post("a", 1), post("b", 0), post("c", 1), post("me", 1), post("held", 1)];
  const ids = (may_hold: string[]) =>
    freeFor(posts, { name: "me", posts: ["held"], may_hold }).map((entry) => entry.id);
  expect(ids(["*"])).toEqual(["me", "a", "c"]);
  expect(ids(["c", "b"])).toEqual(["c"]);
  expect(ids(["*", "c"])).toEqual(["me", "c", "a"]);
  expect(ids([])).toEqual([]);
});

it("lets an account hold what it names, and everything by a star", () => {
  expect(mayHold({ may_hold: ["a"] }, "a")).toBe(true);
  expect(mayHold({ may_hold: ["a"] }, "b")).toBe(false);
  expect(mayHold({ may_hold: ["*"] }, "b")).toBe(true);
});

it("keeps the order of the model within and between headquarters, and loses no post", () => {
  const posts = [post("a", 1, "x"), post("b", 1, "y"), post("c", 1, "x")];
  const places = byHeadquarters(posts);
  expect(places.map((place) => place.headquarters)).toEqual(["x", "y"]);
  expect(places.flatMap((place) => place.posts)).toHaveLength(posts.length);
});

it("tells runs of days as from-to", () => {
  expect(dayNames(["mon", "tue", "wed", "thu", "fri"], "en")).toBe("Mon–Fri");
  expect(dayNames(["sat", "sun"], "en")).toBe("Sat, Sun");
  expect(dayNames(["mon", "wed", "thu", "fri"], "en")).toBe("Mon, Wed–Fri");
  expect(dayNames(["mon", "tue", "wed"], "ja")).toBe("月–水");
});
