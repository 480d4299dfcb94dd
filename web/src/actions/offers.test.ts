// What is offered about work and items, and how ways to go on become questions.
import { describe, expect, it } from "vitest";

import { againstAnswer, answersOf, chosenWay, fitting, questionsOf, type Way } from "./alternatives";
import { toCommand, toMoment } from "./command";
import { concerns } from "./concerns";
import { askedOfItem, plainOfItem } from "./item-offers";
import { letterOf, type TaskWork } from "./offer";
import { belowOf, partnersOf, recipientGroups } from "./recipients";
import { offersOfWork } from "./work-offers";

const both = (id: string) => ({ en: id, ja: id });
const named = (id: string) => ({ id, name: both(id) });
const refusal = {
  code: "RK522",
  message: "no authority",
  facts: both("no authority"),
  rule: "authorities.x",
  rule_name: both("an authority in the model"),
  could: ["pm"],
  possible: [],
};

function way(outcome: Record<string, string>, flows: string[] = [], again: boolean | null = null): Way {
  return { outcome, flows: flows.map(named), again, refusal: null };
}

/** Every set of picks that can be made. */
function picks(ways: Way[]): Record<string, string>[] {
  return questionsOf(ways).reduce<Record<string, string>[]>(
    (found, { key, answers }) => found.flatMap((one) => answers.map((answer) => ({ ...one, [key]: answer }))),
    [{}],
  );
}

const samples: Way[][] = [
  [way({})],
  [way({ a: "x" }), way({ a: "y" })],
  [way({ a: "x", b: "1" }), way({ a: "x", b: "2" }), way({ a: "y", b: "1" })],
  [way({}, ["f"]), way({}, ["g"]), way({}, ["g", "f"])],
  [way({}, [], true), way({}, [], false)],
  [way({ a: "x" }, ["f"], true), way({ a: "x" }, ["f"], false), way({ a: "y" }, ["g"], false)],
  [way({ a: "x" }), way({})],
];

describe.each(samples.map((ways, at) => [at, ways] as const))("ways to go on, sample %i", (_, ways) => {
  it("can each be picked by answering its questions", () => {
    for (const one of ways) expect(fitting(ways, answersOf(one))).toContain(one);
  });

  it("are picked only where the answers say so", () => {
    for (const picked of picks(ways)) {
      const chosen = chosenWay(ways, picked);
      if (chosen) expect(fitting(ways, picked)).toContain(chosen);
    }
  });

  it("are not picked as long as two that differ fit", () => {
    const isOne = ways.length === 1;
    expect(chosenWay(ways, {}) !== null).toBe(isOne);
  });

  it("ask nothing on which all agree", () => {
    for (const { answers } of questionsOf(ways)) expect(answers.length > 1 || ways.length > 1).toBe(true);
  });
});

it("tells against an answer only what stands against all ways that have it", () => {
  const ways = [way({ a: "x" }), { ...way({ a: "x", b: "1" }), refusal }, { ...way({ a: "y" }), refusal }];
  expect(againstAnswer(ways, "attribute:a", "x")).toBeNull();
  expect(againstAnswer(ways, "attribute:a", "y")).toBe(refusal);
});

function task(more: Partial<TaskWork> = {}): TaskWork {
  return {
    kind: "task",
    id: "c/t",
    case: "c",
    task: "t",
    title: "",
    process: "p",
    process_name: both("p"),
    exercise: false,
    name: both("t"),
    since: 0,
    posts: ["pm"],
    deadline: null,
    post: "pm",
    post_name: both("pm"),
    claimed: null,
    delegated: [],
    alternatives: [{ outcome: {}, flows: [], again: null, refusal: null }],
    decides: {},
    needs: [],
    denied: false,
    held_by_conference: false,
    ...more,
  };
}

const approves = { ...named("m"), rules: [], posts: ["pm"] };

describe("work", () => {
  it("that decides nothing is completed, taken on, and delegated where there is a deputy", () => {
    expect(offersOfWork(task(), []).map((offer) => offer.command)).toEqual(["complete", "claim"]);
    expect(offersOfWork(task(), ["d"]).map((offer) => offer.command)).toEqual([
      "complete",
      "claim",
      "delegate",
    ]);
  });

  it("that was taken on can be given back", () => {
    const claimed = { person: "aoki", post: "pm", since: 0 };
    expect(offersOfWork(task({ claimed }), []).map((offer) => offer.command)).toContain("return");
  });

  it("that gives consent is approved or denied, and why it cannot be approved stands with approving alone", () => {
    const alternatives = [
      { outcome: { d: "granted" }, flows: [], again: null, consents: true, refusal },
      { outcome: { d: "refused" }, flows: [], again: null, consents: false, refusal: null },
    ];
    const [approve, deny] = offersOfWork(task({ decides: { approves }, alternatives }), []);
    expect([approve?.command, approve?.refusal]).toEqual(["approve", refusal]);
    expect([deny?.command, deny?.refusal]).toEqual(["deny", null]);
  });

  it("is given at one keystroke only where it binds nobody", () => {
    const direct = offersOfWork(task(), ["d"]).filter((offer) => offer.direct);
    expect(direct.map((offer) => offer.command)).toEqual(["claim"]);
  });

  it("has no two offers of one letter", () => {
    const offers = offersOfWork(task({ decides: { approves } }), ["d"]);
    const letters = offers.map((offer) => letterOf(offer.command));
    expect(new Set(letters).size).toBe(letters.length);
  });
});

describe("items", () => {
  const item = { id: "i", what: "offer", case: "c", parent: "need", origin: "usa", text: "" } as const;

  it("are matched by naming the need and the offer", () => {
    expect(plainOfItem(item, "match")).toEqual({ type: "match", item: "need", offer: "i" });
  });

  it("ask for nothing that this page does not know", () => {
    expect(askedOfItem(item, "conquer", "pm")).toBeNull();
    expect(askedOfItem(item, "acknowledge", "pm")?.direct).toEqual({ type: "acknowledge", item: "i" });
  });
});

describe("what is not confirmed", () => {
  it("is shown on the entry that it concerns, and on no other", () => {
    const claim = toCommand({ type: "claim", case: "c", task: "t" });
    expect(concerns(claim, "pm", { case: "c", element: "t" })).toBe(true);
    expect(concerns(claim, "pm", { case: "c", element: "u" })).toBe(false);
    expect(concerns(claim, "pm", { case: "c" })).toBe(false);
    const close = toCommand({ type: "close", case: "c" });
    expect(concerns(close, "pm", { case: "c" })).toBe(true);
    const match = toCommand({ type: "match", item: "need", offer: "o" });
    expect(concerns(match, "pm", { item: "o" }) && concerns(match, "pm", { item: "need" })).toBe(true);
    const leave = toCommand({ type: "leave" });
    expect(concerns(leave, "pm", { post: "pm" })).toBe(true);
    expect(concerns(leave, "pm", { post: "other" })).toBe(false);
  });
});

describe("recipients", () => {
  const post = (id: string, party: string, headquarters: string) => ({
    ...named(id),
    party,
    headquarters,
    seats: 1,
    deputies: [],
    calendar: null,
    languages: [],
    off_duty: "finish" as const,
  });
  const posts = [post("pm", "jpn", "top"), post("chief", "jpn", "staff"), post("jo", "usa", "hq")];
  const parties = [
    { ...named("jpn"), own: true },
    { ...named("usa"), own: false },
    { ...named("aus"), own: false },
  ];

  it("are own posts, partners and their posts; in a case only of those who take part", () => {
    const ids = (among?: string[]) =>
      recipientGroups({ parties, posts }, "jpn", among).flatMap((group) => group.entries.map((e) => e.id));
    expect(ids().sort()).toEqual(["aus", "chief", "jo", "pm", "usa"]);
    expect(ids(["usa"]).sort()).toEqual(["chief", "jo", "pm", "usa"]);
  });

  it("make it leave the party when one is a partner, or a post of one", () => {
    expect(partnersOf({ parties, posts }, "jpn", ["pm", "jo", "usa"])).toEqual(["usa"]);
    expect(partnersOf({ parties, posts }, "jpn", ["pm"])).toEqual([]);
  });

  it("of orders are below by command, in the own party, however far down, and no circle holds that up", () => {
    const place = (id: string, party: string) => ({ ...named(id), party, place: both(""), timezone: "UTC" });
    const edge = (kind: string, superior: string, subordinate: string) => ({
      id: `${superior}${subordinate}`,
      kind,
      superior,
      subordinate,
    });
    const chain = {
      posts,
      headquarters: [place("top", "jpn"), place("staff", "jpn"), place("hq", "usa"), place("unit", "jpn")],
      relationships: [
        edge("opcon", "top", "staff"),
        edge("tacon", "staff", "unit"),
        edge("opcon", "unit", "top"),
        edge("opcon", "staff", "hq"),
        edge("liaison", "top", "hq"),
      ],
    };
    const below = belowOf(chain as never, "pm");
    expect(below.map((entry) => entry.headquarters)).toEqual(["top", "staff", "unit"]);
    expect(below[0]?.posts).toEqual([]);
    expect(belowOf(chain as never, "nobody")).toEqual([]);
  });
});

it("reads the moment of a date field, and none where none is said", () => {
  expect(toMoment("2026-01-01T00:00:00Z")).toBe(1_767_225_600_000_000);
  expect(toMoment("")).toBeNull();
  expect(toMoment("not a date")).toBeNull();
});
