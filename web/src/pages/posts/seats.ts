// Who may take which seat, as far as accounts and seats tell; the node decides.
import type { Schemas } from "@/api/client";

export type Post = Schemas["PostView"];
type Person = Pick<Schemas["Me"], "name" | "posts" | "may_hold">;

export function mayHold(person: Pick<Person, "may_hold">, post: string): boolean {
  return person.may_hold.includes("*") || person.may_hold.includes(post);
}

/** Posts of which a person may take a free seat now, those meant for that person first. */
export function freeFor(posts: readonly Post[], person: Person): Post[] {
  const free = posts.filter(
    (post) => post.free > 0 && mayHold(person, post.id) && !person.posts.includes(post.id),
  );
  const rank = (post: Post) => (post.id === person.name ? 0 : person.may_hold.includes(post.id) ? 1 : 2);
  return free.sort((a, b) => rank(a) - rank(b));
}

export interface Place {
  headquarters: string;
  posts: Post[];
}

/** Posts by headquarters, in the order of the model. */
export function byHeadquarters(posts: readonly Post[]): Place[] {
  const found = new Map<string, Post[]>();
  for (const post of posts) found.set(post.headquarters, [...(found.get(post.headquarters) ?? []), post]);
  return [...found].map(([headquarters, entries]) => ({ headquarters, posts: entries }));
}
