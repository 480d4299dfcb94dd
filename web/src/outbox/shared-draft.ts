// A draft that several pages of one person may write: none overwrites what another has written without asking.
import { hashKey } from "@tanstack/react-query";

import { drop, keep } from "./drafts";
import { newId } from "./outbox";
import { database } from "./store";

export interface Seen<T> {
  value: T;
  /** What another page has written since this one read the draft; null where there is nothing to decide. */
  other: T | null;
}

type Listener = () => void;

/** Where a page keeps its own, while another one's stands in the place of both. */
const ASIDE = " aside ";

export class SharedDraft<T> {
  seen: Seen<T>;

  readonly #key: string;
  readonly #isNothing: (value: T) => boolean;
  readonly #page = newId();
  #listeners = new Set<Listener>();
  #channel: BroadcastChannel | null = null;
  /** Whether this page wrote something that another may not know. */
  #isTouched = false;
  /** Whether what is written here is kept aside: the draft was not read yet, or is another page's now. */
  #isApart = true;
  /** Where the other's is kept, if it is aside too. */
  #otherKey = "";

  /** @param isNothing Whether a value holds nothing that could be lost. */
  constructor(key: string, initial: T, isNothing: (value: T) => boolean) {
    this.#key = key;
    this.#isNothing = isNothing;
    this.seen = { value: initial, other: null };
  }

  subscribe = (listener: Listener): Listener => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Read what is kept, and hear of what other pages write. */
  open = (): Promise<void> => {
    this.#channel = new BroadcastChannel("renkei-drafts");
    this.#channel.onmessage = ({ data }) => {
      if (data === this.#key) void this.#look();
    };
    // A page that was put to sleep has heard of nothing.
    globalThis.addEventListener("focus", this.#lookAgain);
    return this.#look();
  };

  close = (): void => {
    this.#channel?.close();
    this.#channel = null;
    globalThis.removeEventListener("focus", this.#lookAgain);
  };

  /** Each stroke is committed at once, and waits for nothing that was asked before. */
  set = (value: T): void => {
    this.#isTouched = true;
    this.#show(value, this.seen.other);
    if (this.#isApart) void keep(this.#aside, value, this.#page);
    else this.#write(value);
  };

  /** Go on with what the other page has written; what was written here is given up. */
  takeOther = (): void => {
    if (this.seen.other !== null) this.#settle(this.seen.other);
  };

  /** Go on with what was written here; what the other page has written is given up, unless it says otherwise. */
  keepOwn = (): void => this.#settle(this.seen.value);

  get #aside(): string {
    return `${this.#key}${ASIDE}${this.#page}`;
  }

  #settle(value: T): void {
    for (const key of [this.#aside, this.#otherKey]) if (key) void drop(key);
    this.#otherKey = "";
    this.#isApart = false;
    this.#isTouched = true;
    this.#show(value, null);
    this.#write(value);
    // There may be one more that was kept aside.
    void this.#look();
  }

  #lookAgain = (): void => void this.#look();

  async #look(): Promise<void> {
    const { store, done } = (await database()).transaction("drafts");
    const found = await store.get(this.#key);
    const begin = `${this.#key}${ASIDE}`;
    const aside = await store.getAll(IDBKeyRange.bound(begin, `${begin}\uffff`));
    await done;
    const stored = found?.value as T | undefined;
    if (stored !== undefined && found?.by !== this.#page && !this.#isSame(stored)) this.#meet(stored);
    else if (this.#isApart || this.#otherKey === "") this.#agree();
    const left = aside.find(({ key, value }) => key !== this.#aside && !this.#isSame(value as T));
    if (left && this.seen.other === null) {
      this.#otherKey = left.key;
      this.#show(this.seen.value, left.value as T);
    }
  }

  /** Another page's draft stands in the place of both: follow it, unless something would be lost by that. */
  #meet(stored: T): void {
    if (!this.#isTouched || this.#isNothing(this.seen.value)) {
      this.#isApart = false;
      this.#show(stored, null);
      return;
    }
    if (!this.#isApart) void keep(this.#aside, this.seen.value, this.#page);
    this.#isApart = true;
    this.#otherKey = "";
    this.#show(this.seen.value, stored);
  }

  /** Nobody else has written anything else. */
  #agree(): void {
    if (this.#isApart && this.#isTouched) {
      this.#write(this.seen.value);
      void drop(this.#aside);
    }
    this.#isApart = false;
    if (this.seen.other !== null) this.#show(this.seen.value, null);
  }

  #isSame(value: T): boolean {
    return hashKey([value]) === hashKey([this.seen.value]);
  }

  #write(value: T): void {
    void keep(this.#key, value, this.#page).then(() => this.#channel?.postMessage(this.#key));
  }

  #show(value: T, other: T | null): void {
    this.seen = { value, other };
    for (const listener of this.#listeners) listener();
  }
}
