import { expect, test } from "vitest";

import { idsOf, ownAt } from "./own";
import { placeAt } from "./place";
import { keysAt, type Schema, valuesAt } from "./schema";

/** The place at the sign "|" of a text. */
function at(text: string) {
  const position = text.indexOf("|");
  const { path, writes, begun } = placeAt(text.replace("|", ""), position);
  return { path: path.join("."), writes, begun };
}

test.each([
  ["|", "", "key", ""],
  ["po|", "", "key", "po"],
  ["posts:\n  a:\n    se|", "posts.a", "key", "se"],
  ["posts:\n  a:\n    seats: 1\n    |", "posts.a", "key", ""],
  ["posts:\n  a:\n    seats: 1\n  |", "posts", "key", ""],
  ["posts:\n  a:\n    seats: |", "posts.a.seats", "value", ""],
  ["posts:\n  a:\n    off_duty: pa|", "posts.a.off_duty", "value", "pa"],
  ["parties:\n  usa: {|", "parties.usa", "key", ""],
  ["parties:\n  usa: {name: {en: x}, so|", "parties.usa", "key", "so"],
  ["parties:\n  usa: {name: {|", "parties.usa.name", "key", ""],
  ["parties:\n  usa: {name: {en: |", "parties.usa.name.en", "value", ""],
  ["parties:\n  usa: {name: {en: 'a, {b', ja: c}, source: t|", "parties.usa.source", "value", "t"],
  ["posts:\n  a:\n    deputies: [b, c|", "posts.a.deputies.[]", "value", "c"],
  ["x:\n  - a: 1\n    b|", "x.[]", "key", "b"],
  ["x:\n  - |", "x.[]", "key", ""],
  ["# posts:\nfirst: 1\n|", "", "key", ""],
])("the place in %j", (text, path, writes, begun) => {
  expect(at(text)).toEqual({ path, writes, begun });
});

const schema: Schema = {
  $defs: {
    Post: {
      properties: {
        headquarters: { type: "string", description: "Where." },
        off_duty: { enum: ["finish", "pause"] },
        name: { $ref: "#/$defs/Text" },
        deputies: { items: { type: "string" } },
      },
      required: ["headquarters"],
    },
    Text: { anyOf: [{ type: "string" }, { properties: { en: {}, ja: {} } }], description: "A text." },
  },
  properties: { posts: { patternProperties: { "^[a-z]+$": { $ref: "#/$defs/Post" } } } },
};

test("keys and values are those of the schema", () => {
  expect(keysAt(schema, []).map((key) => key.label)).toEqual(["posts"]);
  expect(keysAt(schema, ["posts", "a"]).map(({ label, required }) => [label, required])).toEqual([
    ["headquarters", true],
    ["off_duty", false],
    ["name", false],
    ["deputies", false],
  ]);
  expect(keysAt(schema, ["posts", "a", "name"]).map((key) => key.label)).toEqual(["en", "ja"]);
  expect(keysAt(schema, ["posts", "a"]).find((key) => key.label === "name")?.description).toBe("A text.");
  expect(valuesAt(schema, ["posts", "a", "off_duty"]).map((value) => value.label)).toEqual([
    "finish",
    "pause",
  ]);
  expect(keysAt(schema, ["elsewhere", "a"])).toEqual([]);
});

test("ids of the model's own things are offered where one is named", () => {
  const ids = idsOf(
    "classifications: [low, high]\nposts:\n  # chiefs\n  chief:\n    seats: 1\n  deputy: {seats: 2}\nmatters:\n    relief: {}\n",
  );
  expect(ids.posts).toEqual(["chief", "deputy"]);
  expect(ids.matters).toEqual(["relief"]);
  expect(ownAt(ids, ["posts", "chief", "deputies", "[]"])).toEqual(["chief", "deputy"]);
  expect(ownAt(ids, ["channels", "x", "ceiling"])).toEqual(["low", "high"]);
  expect(ownAt(ids, ["posts", "chief", "seats"])).toEqual([]);
});
