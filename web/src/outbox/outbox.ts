// Commands on their way to the node: written down first, sent in their order, kept until the node has answered.
import { answered, type ErrorBody, node, NodeError } from "@/api/client";

import { type Command, database, type Done, type Kept } from "./store";

export type { Command, Done, Kept };

/** What became of a command: the node did it, refused it, or has not been reached yet. */
export type Outcome =
  { state: "done"; done: Done } | { state: "refused"; error: ErrorBody } | { state: "waiting" };

/** A command that reaches the node later than this after it was given carries the moment it was given. */
const LATE_MS = 5_000;
const RETRY_MS = 4_000;
/** Answers after which the same command may succeed: too many at once, or the node is just not ready. */
const TRY_AGAIN = new Set([429, 502, 503, 504]);
const TOO_MANY = 429;
/** The session is over, or this page's is not the browser's any more: somebody else may be signed in. */
const NOT_SIGNED_IN = 401;
const OTHER_SESSION = "RK703";
/** Marks of commands that were taken back are of use to pages that wait for an answer, and none waits as long. */
const FORGET_MS = 24 * 3_600_000;
/** Commands of one moment still have an order. */
const AFTER_MS = 0.001;

type Listener = () => void;
type Reached = "answered" | "no line" | "no session";

/** Somebody who waits here for the answer to a command. */
interface Asked {
  kept: Kept;
  /** Whether it was written down; before that it is not sent. */
  isStored: boolean;
  resolve: (outcome: Outcome) => void;
}

export class Outbox {
  /** What has not been confirmed, in its order; a new array with every change. */
  kept: readonly Kept[] = [];

  readonly #person: string;
  readonly #now: () => number;
  readonly #whenStranger: () => void;
  readonly #isCut: () => boolean;
  #listeners = new Set<Listener>();
  #sending: Promise<void> | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #isAskedAgain = false;
  #isClosed = false;
  #last = 0;
  #asked = new Map<string, Asked>();

  /**
   * @param person Who is signed in; commands of others stay where they are.
   * @param now Milliseconds since 1970 by the clock of the node.
   * @param whenStranger Called when the node does not take this page for the person's any more.
   * @param isCut Whether the node is known not to answer: then nothing is tried, and all can be taken back.
   */
  constructor(
    person: string,
    now: () => number,
    whenStranger: () => void = () => undefined,
    isCut: () => boolean = () => false,
  ) {
    this.#person = person;
    this.#now = now;
    this.#whenStranger = whenStranger;
    this.#isCut = isCut;
  }

  subscribe = (listener: Listener): Listener => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Read what an earlier page left, and send it. */
  async open(): Promise<void> {
    this.#isClosed = false;
    await this.#load();
    await forgetTaken(this.#now() - FORGET_MS);
    await this.send();
  }

  /** Send nothing more: whoever is signed in next is somebody else. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
  }

  /** Write a command down, send it, and tell what became of it. */
  async give(command: Command, post: string | null): Promise<Outcome> {
    const id = newId();
    const given = Math.max(this.#now(), this.#last + AFTER_MS);
    this.#last = given;
    const kept: Kept = { id, person: this.#person, post, command: { ...command, id }, given };
    const outcome = new Promise<Outcome>((resolve) =>
      this.#asked.set(id, { kept, isStored: false, resolve }),
    );
    await (await database()).put("commands", kept);
    await this.#load();
    const asked = this.#asked.get(id);
    if (asked) asked.isStored = true;
    void this.send();
    return outcome;
  }

  /** Send what waits, one after the other; the first that finds no line ends it until the next attempt. */
  async send(): Promise<void> {
    // Whoever asks while an attempt fails knows more than that attempt: the line has come up meanwhile.
    if (this.#sending) this.#isAskedAgain = true;
    this.#sending ??= alone(() => this.#sendUntilDone());
    return this.#sending;
  }

  /** Forget a command that the node refused, once that was read. */
  async forget(id: string): Promise<void> {
    await (await database()).delete("commands", id);
    await this.#load();
  }

  /** Take back a command that was never sent; false where that is not certain, and nothing is changed. */
  async takeBack(id: string): Promise<boolean> {
    // One change of the database, as is the mark that it is sent: whichever page is first, the other one sees it.
    const change = (await database()).transaction("commands", "readwrite");
    const found = await change.store.get(id);
    const isUnsent = found !== undefined && !found.tried && !found.refused;
    if (isUnsent) await change.store.put({ ...found, taken: true });
    await change.done;
    await this.#load();
    return isUnsent;
  }

  async #sendUntilDone(): Promise<void> {
    try {
      do {
        this.#isAskedAgain = false;
        await this.#sendAll();
      } while (this.#isAsked());
    } finally {
      // In the same step as the last look at the flag, so that no wish to send falls between.
      this.#sending = null;
    }
  }

  async #sendAll(): Promise<void> {
    clearTimeout(this.#retry);
    // Another page of the same person may have sent some meanwhile.
    await this.#load();
    for (let next = this.#next(); next && !this.#isClosed; next = this.#next()) {
      const reached = this.#isCut() ? "no line" : await this.#sendOne(next);
      if (reached === "answered") continue;
      this.#leaveWaiting();
      // Without a session, only whoever has signed in again can tell that there is one.
      if (reached === "no session") this.#whenStranger();
      else if (!this.#isStopped()) this.#retry = setTimeout(() => void this.send(), RETRY_MS);
      return;
    }
  }

  #isStopped(): boolean {
    return this.#isClosed;
  }

  /** Whether somebody has asked to send while the last attempt was made. */
  #isAsked(): boolean {
    return this.#isAskedAgain && !this.#isClosed;
  }

  /** What waits; and what another page has sent, to whose answer somebody waits here: the node repeats it. */
  #next(): Kept | undefined {
    const ids = new Set(this.kept.map((kept) => kept.id));
    const elsewhere = [...this.#asked.values()].find((asked) => asked.isStored && !ids.has(asked.kept.id));
    return this.kept.find((kept) => !kept.refused) ?? elsewhere?.kept;
  }

  async #sendOne(kept: Kept): Promise<Reached> {
    const before = await mark(kept.id, true);
    await this.#load();
    if (before?.taken) return "answered";
    try {
      const body = { post: kept.post, command: this.#dated(kept) };
      const { data } = await answered(node.POST("/api/v1/commands", { body }));
      await (await database()).delete("commands", kept.id);
      await this.#load();
      this.#answer(kept.id, { state: "done", done: data });
    } catch (error) {
      if (!(error instanceof NodeError)) return "no line";
      if (isTurnedAway(error) && before && !before.tried) await mark(kept.id, false);
      if (error.status === NOT_SIGNED_IN || error.body.code === OTHER_SESSION) return "no session";
      if (TRY_AGAIN.has(error.status)) return "no line";
      await this.#refused(kept, error.body);
    }
    return "answered";
  }

  /** Somebody who waits for the answer shows a refusal; otherwise it is kept until it was read. */
  async #refused(kept: Kept, error: ErrorBody): Promise<void> {
    const stored = await database();
    if (this.#asked.has(kept.id)) await stored.delete("commands", kept.id);
    else await stored.put("commands", { ...kept, refused: error });
    await this.#load();
    this.#answer(kept.id, { state: "refused", error });
  }

  #dated(kept: Kept): Command {
    const late = this.#now() - kept.given > LATE_MS && !kept.command.event_at;
    return late ? { ...kept.command, event_at: Math.round(kept.given * 1000) } : kept.command;
  }

  #leaveWaiting(): void {
    for (const id of [...this.#asked.keys()]) this.#answer(id, { state: "waiting" });
  }

  #answer(id: string, outcome: Outcome): void {
    this.#asked.get(id)?.resolve(outcome);
    this.#asked.delete(id);
  }

  async #load(): Promise<void> {
    const stored = await database();
    const all = await stored.getAllFromIndex("commands", "given");
    const own = all.filter((kept) => kept.person === this.#person);
    this.#last = Math.max(this.#last, ...own.map((kept) => kept.given));
    // Another page has sent it, and left the refusal to be read: it is read where somebody waits for it.
    const refused = own.filter((kept) => kept.refused && this.#asked.has(kept.id));
    for (const { id, refused: error } of refused) {
      if (error) this.#answer(id, { state: "refused", error });
      await stored.delete("commands", id);
    }
    // Nobody waits for what was taken back, on another page too.
    const taken = own.filter((kept) => kept.taken);
    for (const { id } of taken) this.#answer(id, { state: "waiting" });
    this.kept = own.filter((kept) => !refused.includes(kept) && !kept.taken);
    for (const listener of this.#listeners) listener();
  }
}

/** Whether the node did not even look at the command: so far it is certain that it was not carried out. */
function isTurnedAway({ status, body }: NodeError): boolean {
  return status === NOT_SIGNED_IN || status === TOO_MANY || body.code === OTHER_SESSION;
}

/** Write down whether a command may have reached the node, unless it was taken back; return what it was before. */
async function mark(id: string, tried: boolean): Promise<Kept | undefined> {
  const change = (await database()).transaction("commands", "readwrite");
  const before = await change.store.get(id);
  if (before && !before.taken && Boolean(before.tried) !== tried)
    await change.store.put({ ...before, tried });
  await change.done;
  return before;
}

async function forgetTaken(before: number): Promise<void> {
  const change = (await database()).transaction("commands", "readwrite");
  const all = await change.store.getAll();
  const old = all.filter((kept) => kept.taken && kept.given < before);
  await Promise.all(old.map(({ id }) => change.store.delete(id)));
  await change.done;
}

/** Two tabs send one after the other, where the browser can see to that; the node sees to it in any case. */
async function alone(send: () => Promise<void>): Promise<void> {
  // Not there outside of secure contexts, whatever the types say.
  const locks = globalThis.navigator.locks as LockManager | undefined;
  if (locks) await locks.request("renkei-outbox", send);
  else await send();
}

export function newId(): string {
  // crypto.randomUUID is only there in secure contexts.
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
