// To whom something can be written: own posts, partners, posts of partners; and who is below a post.
import type { Schemas } from "@/api/client";
import type { Both } from "@/text/language";

type Model = Pick<Schemas["ModelView"], "parties" | "posts">;
type Chain = Pick<Schemas["ModelView"], "headquarters" | "posts" | "relationships">;

export interface Recipient {
  id: string;
  name: Both;
  isParty: boolean;
}

export interface Group {
  party: Both;
  own: boolean;
  entries: Recipient[];
}

/** @param among Parties that may hear of it; all where absent. */
export function recipientGroups(model: Model, own: string, among?: readonly string[]): Group[] {
  const parties = model.parties.filter((party) => !among || party.id === own || among.includes(party.id));
  const partnersFirst = [...parties].sort((a, b) => Number(a.id === own) - Number(b.id === own));
  return partnersFirst.map((party) => {
    const posts = model.posts.filter((post) => post.party === party.id);
    const entries = posts.map(({ id, name }) => ({ id, name, isParty: false }));
    const whole = { id: party.id, name: party.name, isParty: true };
    return {
      party: party.name,
      own: party.id === own,
      entries: party.id === own ? entries : [whole, ...entries],
    };
  });
}

/** Partners among the recipients, each once. */
export function partnersOf(model: Model, own: string, to: readonly string[]): string[] {
  const party = (id: string) => model.posts.find((post) => post.id === id)?.party ?? id;
  return [...new Set(to.map(party))].filter((id) => id !== own);
}

/** Kinds of relationship along which orders go. */
const COMMAND: readonly string[] = ["cocom", "opcon", "tacon"];

export interface Below {
  /** Headquarters, each with its posts; the own headquarters first, without itself as a whole. */
  headquarters: string;
  isOwn: boolean;
  posts: string[];
}

/** Who takes orders from a post: the other posts of its headquarters, and all headquarters below, own party only. */
export function belowOf(model: Chain, post: string): Below[] {
  const here = model.posts.find((entry) => entry.id === post)?.headquarters;
  if (!here) return [];
  const party = (id: string) => model.headquarters.find((entry) => entry.id === id)?.party;
  const found = new Set([here]);
  for (const superior of found)
    for (const { kind, superior: above, subordinate } of model.relationships)
      if (above === superior && COMMAND.includes(kind) && party(subordinate) === party(here))
        found.add(subordinate);
  return [...found].map((headquarters) => ({
    headquarters,
    isOwn: headquarters === here,
    posts: model.posts
      .filter((entry) => entry.headquarters === headquarters && entry.id !== post)
      .map((entry) => entry.id),
  }));
}
