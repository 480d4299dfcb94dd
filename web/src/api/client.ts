// The one place that speaks to the node: typed from its OpenAPI document, with the CSRF token and its two shapes.
import createClient, { type Middleware } from "openapi-fetch";

import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type ErrorBody = Schemas["ErrorBody"];

/** What the node answered when it would not, or could not. */
export class NodeError extends Error {
  readonly status: number;
  readonly body: ErrorBody;

  constructor(status: number, body: ErrorBody) {
    super(body.message);
    this.name = "NodeError";
    this.status = status;
    this.body = body;
  }
}

/** No answer came: the line, or the node, is down. */
export class LineError extends Error {
  constructor() {
    super("no answer");
    this.name = "LineError";
  }
}

let csrf = "";

/** Keep what the node wants to see with every change. */
export function keepCsrf(token: string): void {
  csrf = token;
}

export function csrfHeader(): Record<string, string> {
  return csrf ? { "X-CSRF-Token": csrf } : {};
}

/** Below this, what the clocks seem to differ by is the time an answer takes, and the seconds of its date. */
const SAME_MS = 3_000;
let aheadMs = 0;

/** Keep by how much the clock of the node is ahead of this machine's, as far as its answers tell. */
export function keepTime(date: string | null): void {
  const ahead = Date.parse(date ?? "") - Date.now();
  if (Number.isFinite(ahead)) aheadMs = Math.abs(ahead) < SAME_MS ? 0 : ahead;
}

/** Milliseconds since 1970 by the clock of the node. */
export function nodeNow(): number {
  return Date.now() + aheadMs;
}

const guard: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET") request.headers.set("X-CSRF-Token", csrf);
    return request;
  },
  onResponse({ response }) {
    keepTime(response.headers.get("date"));
  },
  onError() {
    return new LineError();
  },
};

export const node = createClient<paths>({
  baseUrl: globalThis.location.origin,
  credentials: "same-origin",
});
node.use(guard);

interface Replied<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Return the body of an answer that succeeded; throw what the node said otherwise. */
export async function answered<T>(asked: Promise<Replied<T>>): Promise<T> {
  const { data, error, response } = await asked.catch((reason: unknown) => {
    // Something on the way has answered in the node's place, and not in its language.
    throw reason instanceof SyntaxError ? new LineError() : reason;
  });
  if (response.ok && data !== undefined) return data;
  if (isErrorAnswer(error)) throw new NodeError(response.status, error.error);
  throw new LineError();
}

function isErrorAnswer(error: unknown): error is Schemas["ErrorAnswer"] {
  if (typeof error !== "object" || error === null || !("error" in error)) return false;
  return typeof error.error === "object" && error.error !== null && "code" in error.error;
}

export interface Page<T> {
  data: T[];
  next?: string | null;
  seq: number;
}

/** Read a whole list, page by page. */
export async function everyPage<T>(read: (cursor: string) => Promise<Page<T>>): Promise<Page<T>> {
  const first = await read("");
  const data = [...first.data];
  let next = first.next;
  while (next) {
    const page = await read(next);
    data.push(...page.data);
    next = page.next;
  }
  return { data, next: null, seq: first.seq };
}
