// What is being written survives a closed tab and a dropped line.
import { useCallback, useEffect, useRef, useState } from "react";

import { database } from "./store";

const PAUSE_MS = 250;

/**
 * State that is kept on this machine under a key until it is cleared.
 *
 * @returns the value, how to set it, and how to clear it (once what was written has been sent).
 */
export function useDraft<T>(key: string, initial: T): [T, (value: T) => void, () => void] {
  const [held, setHeld] = useState({ key, value: initial });
  const pending = useRef<Pending | null>(null);
  const touched = useRef(false);
  const first = useRef(initial);

  useEffect(() => {
    touched.current = false;
    let gone = false;
    void load<T>(key).then((found) => {
      if (!gone && !touched.current && found !== undefined) setHeld({ key, value: found });
    });
    const flush = () => {
      pending.current?.keepNow();
      pending.current = null;
    };
    // The page may go at any moment: the last words are written down when it is left, not after the pause.
    globalThis.addEventListener("pagehide", flush);
    return () => {
      gone = true;
      globalThis.removeEventListener("pagehide", flush);
      flush();
    };
  }, [key]);

  const set = useCallback(
    (next: T) => {
      touched.current = true;
      setHeld({ key, value: next });
      pending.current?.drop();
      pending.current = later(key, next);
    },
    [key],
  );

  const clear = useCallback(() => {
    touched.current = true;
    pending.current?.drop();
    pending.current = null;
    setHeld({ key, value: first.current });
    void drop(key);
  }, [key]);

  // What was typed under another key is never shown under this one, not even for a moment.
  return [held.key === key ? held.value : initial, set, clear];
}

/** Something that is written down after a pause in typing. */
interface Pending {
  keepNow: () => void;
  drop: () => void;
}

function later(key: string, value: unknown): Pending {
  const timer = setTimeout(() => void keep(key, value), PAUSE_MS);
  return {
    keepNow: () => {
      clearTimeout(timer);
      void keep(key, value);
    },
    drop: () => clearTimeout(timer),
  };
}

async function load<T>(key: string): Promise<T | undefined> {
  const found = await (await database()).get("drafts", key);
  return found?.value as T | undefined;
}

async function keep(key: string, value: unknown): Promise<void> {
  await (await database()).put("drafts", { key, value, at: Date.now() });
}

async function drop(key: string): Promise<void> {
  await (await database()).delete("drafts", key);
}
