import { describe, expect, it } from "vitest";

import { fromBase64, toBase64 } from "./bundle-files";
import { describeForks } from "./forks";
import { isEmpty } from "./queries";
import { isKnown, kindOf, KINDS } from "./summary";

describe("the label of a bundle", () => {
  it("comes back from a header as it was", () => {
    const bytes = Uint8Array.from({ length: 1000 }, (_, at) => (at * 97) % 256);
    expect(fromBase64(toBase64(bytes))).toEqual(bytes);
    expect(fromBase64(toBase64(new Uint8Array()))).toEqual(new Uint8Array());
  });
});

describe("forks", () => {
  it("are told apart by whose they are, and none is left out", () => {
    expect(describeForks(null)).toEqual([]);
    expect(describeForks("disowned")).toEqual(["ours"]);
    expect(describeForks("two-roots")).toEqual(["theirs"]);
    expect(describeForks("rewritten disowned")).toEqual(["theirs", "ours"]);
  });
});

describe("a search", () => {
  const nothing = { q: "", kind: "", subject: "", person: "", post: "", since: null, until: null };

  it("is empty only where nothing is asked", () => {
    expect(isEmpty(nothing)).toBe(true);
    expect(isEmpty({ ...nothing, since: 0 })).toBe(false);
    expect(isEmpty({ ...nothing, q: "x" })).toBe(false);
  });

  it("knows kinds without their version", () => {
    for (const kind of KINDS) expect(isKnown(kindOf(`${kind}/1`))).toBe(true);
    expect(isKnown(kindOf("something.new/2"))).toBe(false);
  });
});
