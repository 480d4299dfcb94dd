// The stream of the node's events: what arrives makes what is shown old; what fails is told as "the line is down".
import type { QueryClient } from "@tanstack/react-query";
import { createParser } from "eventsource-parser";

export type LineState = "opening" | "up" | "down" | "signed-out";

const RETRY_FIRST_MS = 1_000;
const RETRY_MOST_MS = 15_000;
const TOGETHER_MS = 120;
/** The node says something every 15 s; a line that is silent for longer is dead, whatever the system thinks. */
const SILENT_MS = 40_000;

type Listener = () => void;

/** One stream for the whole page; after each interruption it goes on after the last entry that was seen. */
export class Line {
  state: LineState = "opening";
  /** Number of the last entry that was heard of; null before the first. */
  seq: number | null = null;

  /** Whether the last attempt to reach the node got no answer of any kind. */
  isCut = false;

  #reading: AbortController | null = null;
  #listeners = new Set<Listener>();
  #onUp = new Set<Listener>();
  #retry: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #stale: ReturnType<typeof setTimeout> | undefined;
  #wait = RETRY_FIRST_MS;
  readonly #client: QueryClient;

  constructor(client: QueryClient) {
    this.#client = client;
  }

  open(): void {
    globalThis.addEventListener("online", this.again);
    globalThis.addEventListener("offline", this.#cut);
    this.again();
  }

  close(): void {
    globalThis.removeEventListener("online", this.again);
    globalThis.removeEventListener("offline", this.#cut);
    for (const timer of [this.#retry, this.#silence, this.#stale]) clearTimeout(timer);
    this.#stale = undefined;
    this.#reading?.abort();
    this.#reading = null;
  }

  subscribe = (listener: Listener): Listener => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Call back each time the line comes up. */
  whenUp(listener: Listener): Listener {
    this.#onUp.add(listener);
    return () => this.#onUp.delete(listener);
  }

  /** Try now, without waiting any longer. */
  again = (): void => {
    this.#reading?.abort();
    clearTimeout(this.#retry);
    const reading = new AbortController();
    this.#reading = reading;
    this.#read(reading.signal).then(
      () => this.#failed(reading),
      () => this.#failed(reading),
    );
  };

  #cut = (): void => this.#reading?.abort();

  async #read(signal: AbortSignal): Promise<void> {
    const from = this.seq === null ? "" : `?after=${this.seq}`;
    const response = await fetch(`/api/v1/events${from}`, { signal, cache: "no-store" }).catch(
      (reason: unknown) => {
        if (!signal.aborted) this.isCut = true;
        throw reason;
      },
    );
    this.isCut = false;
    if (response.status === 401) this.#turn("signed-out");
    if (response.status === 422) this.#restart();
    if (!response.ok || response.body === null) return;
    this.#opened();
    const parser = createParser({ onEvent: (event) => this.#heard(event.id) });
    const text = new TextDecoder();
    for (const reader = response.body.getReader(); ;) {
      this.#listen();
      const { done, value } = await reader.read();
      if (done) return;
      parser.feed(text.decode(value, { stream: true }));
    }
  }

  /** The log is shorter than what was seen: it was restored to an earlier state, so begin anew. */
  #restart(): void {
    this.seq = null;
    void this.#client.resetQueries({ queryKey: ["node"] });
  }

  #opened(): void {
    this.#wait = RETRY_FIRST_MS;
    this.#turn("up");
    this.#refresh();
    for (const listener of this.#onUp) listener();
  }

  #listen(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(this.#cut, SILENT_MS);
  }

  #failed(reading: AbortController): void {
    if (reading !== this.#reading || this.state === "signed-out") return;
    clearTimeout(this.#silence);
    this.#turn("down");
    this.#retry = setTimeout(this.again, this.#wait);
    this.#wait = Math.min(this.#wait * 2, RETRY_MOST_MS);
  }

  #heard(id: string | undefined): void {
    const seq = Number(id);
    if (id && Number.isSafeInteger(seq)) this.seq = Math.max(this.seq ?? 0, seq);
    this.#refresh();
  }

  /** Several entries within a moment cost one reading. */
  #refresh(): void {
    this.#stale ??= setTimeout(() => {
      this.#stale = undefined;
      void this.#client.invalidateQueries({ queryKey: ["node"] });
    }, TOGETHER_MS);
  }

  #turn(state: LineState): void {
    if (state === this.state) return;
    this.state = state;
    for (const listener of this.#listeners) listener();
  }
}
