// Laws of the picker over random models and choices; what the node says of the same cases, where they are given.
import { readFileSync, writeFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import {
  against,
  type Asked,
  categoriesOf,
  categoryChoices,
  classificationChoices,
  fitted,
  type Label,
  marking,
  partyChoices,
  type Rules,
  same,
  whyNone,
  withCategory,
  withClassification,
  withParty,
} from "./label-rules";

interface Case {
  rules: Rules;
  asked: Asked;
  label: Label;
  accepted: boolean;
  en: string;
  ja: string;
}

/** Numbers from 0 to below 1 that are the same each time (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function some<T>(next: () => number, all: readonly T[]): T[] {
  return all.filter(() => next() < 0.5);
}

function one<T>(next: () => number, all: readonly T[]): T | undefined {
  return all[Math.floor(next() * all.length)];
}

function model(next: () => number): Rules {
  const classifications = ["open", "restricted", "secret", "top secret"].slice(0, 1 + Math.floor(next() * 4));
  const ceiling = () => (next() < 0.3 ? null : (one(next, classifications) ?? null));
  return {
    owner: "jpn",
    classifications,
    lowest: "open",
    parties: ["usa", "aus", "gbr"].slice(0, 1 + Math.floor(next() * 3)),
    categories: some(next, ["medical", "logistics"]),
    ceiling: ceiling(),
    channels: { line: ceiling(), radio: ceiling() },
  };
}

function question(next: () => number, rules: Rules): Asked {
  const proposed: Label = {
    classification: one(next, rules.classifications) ?? "",
    releasable_to: some(next, [rules.owner, ...rules.parties]),
    category: some(next, ["medical", "intelligence"]).join("+") || null,
  };
  return {
    partners: some(next, rules.parties),
    channel: one(next, [undefined, "line", "radio"]),
    proposed: next() < 0.5 ? proposed : undefined,
  };
}

/** Use the picker as somebody does who clicks at anything, also at what it shows as not possible. */
function picked(next: () => number, rules: Rules, asked: Asked): Label[] {
  const yielded: Label[] = [];
  let label: Label | null = asked.proposed ? fitted(rules, asked, asked.proposed) : null;
  for (let step = 0; step < 12; step++) {
    const kind = next();
    if (label === null || kind < 0.3) {
      const name = one(next, classificationChoices(rules, asked, label))?.id ?? "";
      label = withClassification(rules, asked, label, name);
    } else if (kind < 0.7) {
      const choice = one(next, partyChoices(rules, asked, label));
      if (choice) label = withParty(rules, asked, label, choice.id, !choice.chosen);
    } else {
      const choice = one(next, categoryChoices(rules, asked, label));
      if (choice) label = withCategory(rules, asked, label, choice.id, !choice.chosen);
    }
    if (label) yielded.push(label);
  }
  return yielded;
}

const seeds = Array.from({ length: 2000 }, (_, at) => at);

function isSound(rules: Rules, asked: Asked, label: Label): boolean {
  const parties = [rules.owner, ...rules.parties];
  const categories = [...rules.categories, ...(asked.proposed ? categoriesOf(asked.proposed) : [])];
  return (
    against(rules, asked, label) === null &&
    rules.classifications.includes(label.classification) &&
    label.releasable_to.every((party) => parties.includes(party)) &&
    categoriesOf(label).every((category) => categories.includes(category))
  );
}

describe("the picker", () => {
  it("yields only labels that nothing stands against, out of what the model knows", () => {
    let count = 0;
    const wrong: unknown[] = [];
    for (const seed of seeds) {
      const next = numbers(seed);
      const rules = model(next);
      const asked = question(next, rules);
      for (const label of picked(next, rules, asked)) {
        count += 1;
        if (!isSound(rules, asked, label)) wrong.push({ rules, asked, label });
      }
    }
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(5000);
  });

  it("has a choice for everything that it does not call impossible, and nothing else", () => {
    for (const seed of seeds) {
      const next = numbers(seed);
      const rules = model(next);
      const asked = question(next, rules);
      const possible = classificationChoices(rules, asked, null).filter((choice) => choice.fixed === null);
      const made = possible.map(({ id }) => withClassification(rules, asked, null, id));
      if (whyNone(rules, asked) === null) {
        expect(possible.length).toBeGreaterThan(0);
        expect(made).not.toContain(null);
      } else {
        for (const label of made) expect(label).toBeNull();
      }
    }
  });

  it("does not change a label that fits, nor ever a classification", () => {
    const wrong: unknown[] = [];
    for (const seed of seeds) {
      const next = numbers(seed);
      const rules = model(next);
      const asked = question(next, rules);
      for (const label of picked(next, rules, asked)) {
        const other = fitted(rules, question(next, rules), label);
        const isChanged = other !== null && other.classification !== label.classification;
        if (isChanged || !same(fitted(rules, asked, label), label)) wrong.push({ rules, asked, label });
      }
    }
    expect(wrong).toEqual([]);
  });
});

const given = process.env.RENKEI_LABEL_CASES;

describe.skipIf(!given)("the node", () => {
  const cases = given ? (JSON.parse(readFileSync(given, "utf-8")) as Case[]) : [];

  it("judges and prints every label in the same way", () => {
    const others = cases.filter(
      ({ rules, asked, label, accepted, en, ja }) =>
        (against(rules, asked, label) === null) !== accepted ||
        marking(label, { owner: rules.owner }) !== en ||
        marking(label, { owner: rules.owner, language: "ja", exercise: true }) !== ja,
    );
    expect(others).toEqual([]);
    expect(cases.length).toBeGreaterThan(0);
  });

  it("is given what the picker yields, to judge it", () => {
    const yielded = cases.map(({ rules, asked }, at) => picked(numbers(at), rules, asked));
    writeFileSync(`${given}.picked`, JSON.stringify(yielded));
  });
});
