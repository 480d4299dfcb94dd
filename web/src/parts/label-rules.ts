// What a label may be: the rules of renkei.labels.lattice again, and what the picker offers under them.
// Kept equal to the node by tests/labels/test_picker.py, which gives the same cases to both.
import type { Schemas } from "@/api/client";

export type Label = Schemas["Label"];

/** What labels may name in the model in use. */
export type Rules = Schemas["LabelRules"];

/** What the label is for. */
export interface Asked {
  /** Parties that are to receive it. */
  partners: readonly string[];
  channel?: string | undefined;
  /** Label that was proposed, where a release may only lower or narrow it. */
  proposed?: Label | undefined;
}

/** Why something is not possible: a key of the texts, and what belongs into it. */
export interface Why {
  key:
    "unknown" | "channel" | "above" | "higher" | "partner" | "wider" | "fewer" | "own" | "addressed" | "kept";
  values: { name?: string; ceiling?: string; most?: string; party?: string; category?: string };
}

/** One thing that can be chosen, or cannot, or cannot be left out. */
export interface Choice {
  id: string;
  chosen: boolean;
  /** Why this cannot be changed; null where it can. */
  fixed: Why | null;
}

const BETWEEN = "+";

function why(key: Why["key"], values: Why["values"] = {}): Why {
  return { key, values };
}

export function categoriesOf(label: Label): string[] {
  const parts = (label.category ?? "").split(BETWEEN).map((part) => part.trim());
  return [...new Set(parts.filter(Boolean))].sort();
}

/** Return the highest classification that may go that way; undefined for a channel that there is not. */
function ceilingOf(rules: Rules, channel: string | undefined): string | null | undefined {
  return channel ? rules.channels[channel] : rules.ceiling;
}

function againstClassification(rules: Rules, asked: Asked, name: string): Why | null {
  const known = rules.classifications;
  if (asked.proposed) {
    const most = asked.proposed.classification;
    if (!known.includes(name) || !known.includes(most)) return why("unknown", { name });
    if (known.indexOf(name) > known.indexOf(most)) return why("higher", { most });
  }
  if (asked.partners.length === 0) return null;
  const ceiling = ceilingOf(rules, asked.channel);
  if (ceiling === undefined) return why("channel", { name: asked.channel ?? "" });
  if (!known.includes(name)) return why("unknown", { name });
  if (ceiling === null) return null;
  if (!known.includes(ceiling)) return why("unknown", { name: ceiling });
  return known.indexOf(name) > known.indexOf(ceiling) ? why("above", { ceiling }) : null;
}

/** Return why the node would not take a label; null where it would. */
export function against(rules: Rules, asked: Asked, label: Label): Why | null {
  const missing = asked.partners.find((partner) => !label.releasable_to.includes(partner));
  return (
    againstClassification(rules, asked, label.classification) ??
    (missing === undefined ? null : why("partner", { party: missing })) ??
    (asked.proposed ? againstWidening(asked.proposed, label) : null)
  );
}

function againstWidening(proposed: Label, label: Label): Why | null {
  const more = label.releasable_to.find((party) => !proposed.releasable_to.includes(party));
  if (more !== undefined) return why("wider", { party: more });
  const has = categoriesOf(label);
  const lost = categoriesOf(proposed).find((category) => !has.includes(category));
  return lost === undefined ? null : why("fewer", { category: lost });
}

/** Return the classifications from low to high. */
export function classificationChoices(rules: Rules, asked: Asked, label: Label | null): Choice[] {
  return rules.classifications.map((id) => ({
    id,
    chosen: label?.classification === id,
    fixed: againstClassification(rules, asked, id),
  }));
}

/** Return the parties, the own first. */
export function partyChoices(rules: Rules, asked: Asked, label: Label | null): Choice[] {
  return [rules.owner, ...rules.parties].map((id) => ({
    id,
    // What is the own party's, the own party may have, whoever else may.
    chosen: id === rules.owner || (label?.releasable_to ?? asked.partners).includes(id),
    fixed: whyPartyFixed(rules, asked, id),
  }));
}

function whyPartyFixed(rules: Rules, asked: Asked, id: string): Why | null {
  if (id === rules.owner) return why("own");
  if (asked.proposed && !asked.proposed.releasable_to.includes(id)) return why("wider", { party: id });
  return asked.partners.includes(id) ? why("addressed") : null;
}

/** Return the categories that the model knows, and those that were proposed. */
export function categoryChoices(rules: Rules, asked: Asked, label: Label | null): Choice[] {
  const proposed = asked.proposed ? categoriesOf(asked.proposed) : [];
  const has = label ? categoriesOf(label) : proposed;
  const known = [...new Set([...rules.categories, ...proposed, ...has])].sort();
  return known.map((id) => ({
    id,
    chosen: has.includes(id),
    fixed: proposed.includes(id) ? why("kept") : null,
  }));
}

/** Return why no label at all is possible; null where one is. */
export function whyNone(rules: Rules, asked: Asked): Why | null {
  const stranger = asked.partners.find((partner) => !rules.parties.includes(partner));
  if (stranger !== undefined) return why("unknown", { name: stranger });
  const unable = asked.partners.find(
    (partner) => asked.proposed && !asked.proposed.releasable_to.includes(partner),
  );
  if (unable !== undefined) return why("wider", { party: unable });
  const all = rules.classifications.map((name) => againstClassification(rules, asked, name));
  return all.every((each) => each !== null) ? (all[0] ?? null) : null;
}

/** Return the label with another classification; what is needed besides is filled in. */
export function withClassification(
  rules: Rules,
  asked: Asked,
  label: Label | null,
  name: string,
): Label | null {
  return fitted(rules, asked, { ...(label ?? fresh(asked)), classification: name });
}

export function withParty(
  rules: Rules,
  asked: Asked,
  label: Label,
  party: string,
  on: boolean,
): Label | null {
  const rest = label.releasable_to.filter((each) => each !== party);
  return fitted(rules, asked, { ...label, releasable_to: on ? [...rest, party] : rest });
}

export function withCategory(
  rules: Rules,
  asked: Asked,
  label: Label,
  category: string,
  on: boolean,
): Label | null {
  const rest = categoriesOf(label).filter((each) => each !== category);
  const all = on ? [...rest, category].sort() : rest;
  return fitted(rules, asked, { ...label, category: all.join(BETWEEN) || null });
}

function fresh(asked: Asked): Label {
  return asked.proposed ?? { classification: "", releasable_to: [], category: null };
}

/**
 * Return the label for what is asked now: whoever is addressed is in it, nobody is whom it may not name.
 *
 * A classification is never changed on the way, since it says how much the content needs: null where it has
 * to be chosen again.
 */
export function fitted(rules: Rules, asked: Asked, label: Label): Label | null {
  const known = [rules.owner, ...rules.parties];
  const proposed = asked.proposed;
  const may = known.filter((party) => !proposed || proposed.releasable_to.includes(party));
  const wanted = new Set([...label.releasable_to, ...asked.partners]);
  const isShared = may.some((party) => party !== rules.owner && wanted.has(party));
  const parties = may.filter((party) => (party === rules.owner ? isShared : wanted.has(party)));
  const categories = new Set([...categoriesOf(label), ...(proposed ? categoriesOf(proposed) : [])]);
  const fitting: Label = {
    classification: label.classification,
    releasable_to: parties,
    category: [...categories].sort().join(BETWEEN) || null,
  };
  if (!rules.classifications.includes(label.classification)) return null;
  return against(rules, asked, fitting) === null ? fitting : null;
}

/** Whether two labels say the same. */
export function same(a: Label | null, b: Label | null): boolean {
  if (a === null || b === null) return a === b;
  const parties = (label: Label) => [...new Set(label.releasable_to)].sort().join(" ");
  return (
    a.classification === b.classification &&
    parties(a) === parties(b) &&
    categoriesOf(a).join(BETWEEN) === categoriesOf(b).join(BETWEEN)
  );
}

const words = {
  en: {
    before: "REL TO",
    only: (party: string) => `${party} ONLY`,
    national: "NATIONAL",
    exercise: "EXERCISE",
  },
  ja: { before: "開示先", only: (party: string) => `${party}限り`, national: "自国", exercise: "演習" },
};
const inJapanese: Record<string, string> = {
  unclassified: "非秘",
  restricted: "取扱注意",
  confidential: "秘",
  secret: "極秘",
  "top secret": "機密",
};

interface Marked {
  owner?: string;
  language?: "en" | "ja";
  exercise?: boolean;
}

/** Return a classification as it is printed. */
export function classificationName(name: string, language: "en" | "ja"): string {
  const upper = name.toUpperCase();
  return language === "ja" ? (inJapanese[name.toLowerCase()] ?? upper) : upper;
}

/** Return a label as the line that people put above and below a page. */
export function marking(
  label: Label,
  { owner = "", language = "en", exercise = false }: Marked = {},
): string {
  const { before, only, national, exercise: practice } = words[language];
  const parties = [...new Set(label.releasable_to.map((party) => party.toUpperCase()))].sort();
  const parts = [
    exercise ? practice : "",
    classificationName(label.classification, language),
    ...categoriesOf(label)
      .map((category) => category.toUpperCase())
      .sort(),
    parties.length > 0 ? `${before} ${parties.join(", ")}` : only(owner.toUpperCase() || national),
  ];
  return parts.filter(Boolean).join("//");
}
