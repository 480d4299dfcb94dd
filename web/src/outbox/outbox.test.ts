// Laws of the outbox, against a node that is real enough: it carries out an id once, and its line fails in every way.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Outbox, type Outcome } from "./outbox";
import { type Command, database } from "./store";

/** The client takes fetch as it is when it is made: before anything else of this file. */
const line = vi.hoisted(() => {
  const made = {
    send: (request: Request): Promise<Response> =>
      Promise.reject(new Error(`no node yet for ${request.url}`)),
  };
  globalThis.fetch = (request) => made.send(request as Request);
  return made;
});

type Fate = "up" | "drop" | "lose reply" | 401 | "other session" | 409 | 429 | 503 | "portal" | "empty";

interface Given {
  post: string | null;
  command: Command;
}

/** A node behind a line: `fates` says what becomes of each request; "up" once there are no more. */
class Node {
  fates: Fate[] = [];
  /** Every command that arrived. */
  arrived: Given[] = [];
  /** Commands that were carried out, each once. */
  done: Given[] = [];
  /** Where requests wait, when the line is slow. */
  gate: Promise<void> | null = null;

  fetch = async (request: Request): Promise<Response> => {
    const fate = this.fates.shift() ?? "up";
    if (this.gate) await this.gate;
    if (fate === "drop") throw new TypeError("Failed to fetch");
    if (fate === "portal") return new Response("<html>Sign in to this network</html>", { status: 200 });
    if (fate === "empty") return new Response(null, { status: 200, headers: { "content-length": "0" } });
    if (fate === 401) return refusal(401, "RK701");
    if (fate === "other session") return refusal(403, "RK703");
    if (fate === 429) return refusal(429, "RK705");
    if (fate === 503) return refusal(503, "RK712");
    const given = (await request.json()) as Given;
    this.arrived.push(given);
    if (fate === 409) return refusal(409, "RK512");
    const repeated = this.done.some((other) => other.command.id === given.command.id);
    if (!repeated) this.done.push(given);
    if (fate === "lose reply") throw new TypeError("Failed to fetch");
    return json(200, { data: { entries: [], made: [], repeated }, next: null, seq: 1 });
  };

  texts(): string[] {
    return this.done.map(({ command }) => ("text" in command ? command.text : command.type));
  }
}

function refusal(status: number, code: string): Response {
  const unsaid = { could: [], possible: [], hint: "", problems: [], title: null, remedy: null, first: null };
  return json(status, { error: { code, message: "no", rule: "", ...unsaid } });
}

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
}

function message(text: string): Command {
  return { type: "send", to: ["jpn"], text, attachments: [], id: "", note: "" };
}

let node: Node;
let now: number;
let isCut: boolean;
let opened: Outbox[];

/** What the line does when it is up again. */
const reconnect = (outbox: Outbox) => outbox.send();

function outboxOf(person = "aoki", whenStranger?: () => void): Outbox {
  const made = new Outbox(
    person,
    () => now,
    whenStranger,
    () => isCut,
  );
  opened.push(made);
  return made;
}

beforeEach(() => {
  node = new Node();
  now = 1_000_000;
  isCut = false;
  opened = [];
  line.send = node.fetch;
});

afterEach(async () => {
  for (const outbox of opened) outbox.close();
  const stored = await database();
  await stored.clear("commands");
});

describe("one command", () => {
  it("is done, answered, and forgotten", async () => {
    const outbox = outboxOf();
    const outcome = await outbox.give(message("a"), "post");
    expect(outcome.state).toBe("done");
    expect(outbox.kept).toEqual([]);
    expect(node.done).toHaveLength(1);
    expect(node.done[0]?.post).toBe("post");
  });

  it.each<Fate>(["drop", "lose reply", 401, "other session", 429, 503, "portal", "empty"])(
    "waits when the line does this: %s; and is done once when it is up",
    async (fate) => {
      const outbox = outboxOf();
      node.fates = [fate];
      expect((await outbox.give(message("a"), null)).state).toBe("waiting");
      expect(outbox.kept).toHaveLength(1);
      await reconnect(outbox);
      expect(node.texts()).toEqual(["a"]);
      expect(outbox.kept).toEqual([]);
    },
  );

  it("that is refused says so to whoever gave it, and is not kept", async () => {
    const outbox = outboxOf();
    node.fates = [409];
    const outcome = await outbox.give(message("a"), null);
    expect(outcome).toMatchObject({ state: "refused", error: { code: "RK512" } });
    expect(outbox.kept).toEqual([]);
  });

  it("that is refused later is kept until it was read, and holds up nothing", async () => {
    const outbox = outboxOf();
    node.fates = ["drop", 409];
    await outbox.give(message("a"), null);
    await reconnect(outbox);
    expect(outbox.kept[0]?.refused?.code).toBe("RK512");
    expect((await outbox.give(message("b"), null)).state).toBe("done");
    expect(outbox.kept).toHaveLength(1);
    await outbox.forget(outbox.kept[0]?.id ?? "");
    expect(outbox.kept).toEqual([]);
  });
});

describe("when it happened", () => {
  it("is said of a command that arrives late, and of no other", async () => {
    const outbox = outboxOf();
    await outbox.give(message("in time"), null);
    now += 1_000;
    node.fates = ["drop"];
    await outbox.give(message("late"), null);
    now += 60_000;
    await reconnect(outbox);
    expect(node.done.map(({ command }) => command.event_at ?? null)).toEqual([null, 1_001_000_000]);
  });

  it("stays what the person said", async () => {
    const outbox = outboxOf();
    node.fates = ["drop"];
    await outbox.give({ ...message("a"), event_at: 42 }, null);
    now += 60_000;
    await reconnect(outbox);
    expect(node.done[0]?.command.event_at).toBe(42);
  });
});

describe("many commands", () => {
  it("given in one moment arrive in their order, each once", async () => {
    const outbox = outboxOf();
    const texts = Array.from({ length: 20 }, (_, at) => `m${at}`);
    const outcomes = await Promise.all(texts.map((text) => outbox.give(message(text), null)));
    expect(outcomes.every(({ state }) => state === "done")).toBe(true);
    expect(node.texts()).toEqual(texts);
  });

  it("keep their order over a line that fails in every way", async () => {
    // Not by chance: a linear congruence, so that a failure repeats.
    const ways: Fate[] = ["up", "drop", "lose reply", 503, "up", 429, "portal", "up"];
    let seed = 7;
    const next = () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648);
    node.fates = Array.from({ length: 60 }, () => ways[next() % ways.length] ?? "up");
    const outbox = outboxOf();
    const texts: string[] = [];
    for (let at = 0; at < 15; at++) {
      texts.push(`m${at}`);
      void outbox.give(message(`m${at}`), null);
      now += 10;
      if (at % 3 === 0) await reconnect(outbox);
    }
    for (let tries = 0; tries < 80; tries++) await reconnect(outbox);
    expect(node.texts()).toEqual(texts);
    expect(outbox.kept).toEqual([]);
  });

  it("answer each of those who wait once", async () => {
    const outbox = outboxOf();
    node.fates = ["up", 409, "up"];
    const states = await Promise.all(["a", "b", "c"].map((text) => outbox.give(message(text), null)));
    expect(states.map((outcome: Outcome) => outcome.state)).toEqual(["done", "refused", "done"]);
    expect(node.arrived).toHaveLength(3);
  });
});

describe("a closed tab", () => {
  it("loses nothing: the next one sends what was left, in order", async () => {
    const first = outboxOf();
    node.fates = ["drop", "drop"];
    await first.give(message("a"), null);
    await first.give(message("b"), null);
    first.close();
    const second = outboxOf();
    await second.open();
    expect(node.texts()).toEqual(["a", "b"]);
    expect(second.kept).toEqual([]);
  });

  it("that the node has answered is not asked for again, and one that it has not is done once", async () => {
    const first = outboxOf();
    node.fates = ["up", "lose reply"];
    await first.give(message("a"), null);
    await first.give(message("b"), null);
    first.close();
    await outboxOf().open();
    expect(node.texts()).toEqual(["a", "b"]);
    expect(node.arrived).toHaveLength(3);
  });

  it("sends nothing more: whoever is signed in next is somebody else", async () => {
    const outbox = outboxOf();
    node.fates = ["drop"];
    await outbox.give(message("a"), null);
    outbox.close();
    await outbox.send();
    expect(node.arrived).toEqual([]);
  });

  it("leaves what others wrote where it is", async () => {
    const first = outboxOf("aoki");
    node.fates = ["drop"];
    await first.give(message("a"), null);
    first.close();
    const other = outboxOf("baker");
    await other.open();
    expect(node.arrived).toEqual([]);
    expect(other.kept).toEqual([]);
  });
});

describe("two tabs of one person", () => {
  it("do each command once, and both learn what became of theirs", async () => {
    const [left, right] = [outboxOf(), outboxOf()];
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, at) => (at % 2 ? left : right).give(message(`m${at}`), null)),
    );
    expect(outcomes.map(({ state }) => state)).toEqual(Array(10).fill("done"));
    expect(new Set(node.texts()).size).toBe(10);
    expect(node.done).toHaveLength(10);
  });
});

describe("a session that is over", () => {
  it("stops the outbox, which tells so, and sends when it is asked to", async () => {
    const whenStranger = vi.fn();
    const outbox = outboxOf("aoki", whenStranger);
    node.fates = [401];
    await outbox.give(message("a"), null);
    expect(whenStranger).toHaveBeenCalledOnce();
    await reconnect(outbox);
    expect(node.texts()).toEqual(["a"]);
  });
});

describe("a slow line", () => {
  it("shows what is not confirmed, to whoever looks", async () => {
    const outbox = outboxOf();
    let open: () => void = () => undefined;
    node.gate = new Promise((resolve) => (open = resolve));
    const seen: number[] = [];
    outbox.subscribe(() => seen.push(outbox.kept.length));
    const outcome = outbox.give(message("a"), null);
    await vi.waitFor(() => expect(outbox.kept).toHaveLength(1));
    open();
    expect((await outcome).state).toBe("done");
    expect(seen.at(-1)).toBe(0);
  });
});

describe("a command that was taken back", () => {
  const idOf = (outbox: Outbox, at = 0) => outbox.kept[at]?.id ?? "";

  it("was never sent, and never is", async () => {
    const outbox = outboxOf();
    isCut = true;
    expect((await outbox.give(message("a"), null)).state).toBe("waiting");
    await outbox.give(message("b"), null);
    expect(outbox.kept.map((kept) => kept.tried ?? false)).toEqual([false, false]);
    expect(await outbox.takeBack(idOf(outbox))).toBe(true);
    expect(outbox.kept).toHaveLength(1);
    isCut = false;
    await reconnect(outbox);
    expect(node.texts()).toEqual(["b"]);
    expect(outbox.kept).toEqual([]);
  });

  it.each<Fate>(["drop", "lose reply", 503, "portal", "empty"])(
    "cannot be one that was sent and not answered: %s",
    async (fate) => {
      const outbox = outboxOf();
      node.fates = [fate];
      await outbox.give(message("a"), null);
      expect(outbox.kept[0]?.tried).toBe(true);
      expect(await outbox.takeBack(idOf(outbox))).toBe(false);
      await reconnect(outbox);
      expect(node.texts()).toEqual(["a"]);
    },
  );

  it.each<Fate>([401, "other session", 429])(
    "can be one that the node turned away unread: %s",
    async (fate) => {
      const outbox = outboxOf();
      node.fates = [fate];
      await outbox.give(message("a"), null);
      expect(await outbox.takeBack(idOf(outbox))).toBe(true);
      await reconnect(outbox);
      expect(node.arrived).toEqual([]);
    },
  );

  it("may have arrived if any attempt may have, whatever came of the later ones", async () => {
    const outbox = outboxOf();
    node.fates = ["lose reply", 401];
    await outbox.give(message("a"), null);
    await reconnect(outbox);
    expect(await outbox.takeBack(idOf(outbox))).toBe(false);
  });

  it("is not sent by another tab, nor by one that waits for its answer", async () => {
    const [left, right] = [outboxOf(), outboxOf()];
    let open: () => void = () => undefined;
    node.gate = new Promise((resolve) => (open = resolve));
    const first = left.give(message("a"), null);
    await vi.waitFor(() => expect(left.kept[0]?.tried).toBe(true));
    const second = left.give(message("b"), null);
    await vi.waitFor(() => expect(left.kept).toHaveLength(2));
    void right.open();
    await vi.waitFor(() => expect(right.kept).toHaveLength(2));
    expect(await right.takeBack(idOf(right, 0))).toBe(false);
    expect(await right.takeBack(idOf(right, 1))).toBe(true);
    open();
    expect((await first).state).toBe("done");
    expect((await second).state).toBe("waiting");
    await reconnect(left);
    await reconnect(right);
    expect(node.texts()).toEqual(["a"]);
    expect([...left.kept, ...right.kept]).toEqual([]);
  });

  it("is either taken back or sent, also when both happen at once", async () => {
    isCut = true;
    const [left, right] = [outboxOf(), outboxOf()];
    for (let at = 0; at < 20; at++) await left.give(message(`m${at}`), null);
    const ids = left.kept.map((kept) => kept.id);
    isCut = false;
    const sending = left.send();
    const taken = await Promise.all(ids.reverse().map((id) => right.takeBack(id)));
    await sending;
    expect(node.done).toHaveLength(taken.filter((was) => !was).length);
    const done = new Set(node.done.map(({ command }) => command.id));
    expect(ids.map((id) => !done.has(id))).toEqual(taken);
    expect(taken).toContain(true);
  });

  it("leaves no mark for ever", async () => {
    isCut = true;
    const outbox = outboxOf();
    await outbox.give(message("a"), null);
    await outbox.takeBack(idOf(outbox));
    now += 25 * 3_600_000;
    await outboxOf().open();
    expect(await (await database()).count("commands")).toBe(0);
  });
});
