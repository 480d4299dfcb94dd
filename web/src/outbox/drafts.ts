// What is being written survives a closed tab and a dropped line.
import { useCallback, useEffect, useRef, useState } from "react";

import { database } from "./store";

/**
 * State that is kept on this machine under a key until it is cleared.
 *
 * @returns the value, how to set it, and how to clear it (once what was written has been sent).
 */
export function useDraft<T>(key: string, initial: T): [T, (value: T) => void, () => void] {
  const [held, setHeld] = useState({ key, value: initial });
  const touched = useRef(false);
  const first = useRef(initial);

  useEffect(() => {
    touched.current = false;
    let gone = false;
    void load<T>(key).then((found) => {
      if (!gone && !touched.current && found !== undefined) setHeld({ key, value: found });
    });
    return () => {
      gone = true;
    };
  }, [key]);

  const set = useCallback(
    (next: T) => {
      touched.current = true;
      setHeld({ key, value: next });
      void keep(key, next);
    },
    [key],
  );

  const clear = useCallback(() => {
    touched.current = true;
    setHeld({ key, value: first.current });
    void drop(key);
  }, [key]);

  // What was typed under another key is never shown under this one, not even for a moment.
  return [held.key === key ? held.value : initial, set, clear];
}

async function load<T>(key: string): Promise<T | undefined> {
  const found = await (await database()).get("drafts", key);
  return found?.value as T | undefined;
}

// The page may go at any moment, and takes with it every change that is not committed yet. So each stroke is
// written at once, and its commit goes out with it, not after an answer that a closed page never gets.

export async function keep(key: string, value: unknown, by?: string): Promise<void> {
  const change = (await database()).transaction("drafts", "readwrite");
  const put = change.store.put({ key, value, at: Date.now(), ...(by && { by }) });
  change.commit();
  await Promise.all([put, change.done]);
}

export async function drop(key: string): Promise<void> {
  const change = (await database()).transaction("drafts", "readwrite");
  const deleted = change.store.delete(key);
  change.commit();
  await Promise.all([deleted, change.done]);
}
