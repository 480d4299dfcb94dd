// Whether the page is being printed: then everything is there, not only what is looked at.
import { useSyncExternalStore } from "react";
import { flushSync } from "react-dom";

let printing = false;
const listeners = new Set<() => void>();

function turn(to: boolean) {
  printing = to;
  // The picture of the page is taken right after the event: what changes has to be there by then.
  flushSync(() => {
    for (const listener of listeners) listener();
  });
}

globalThis.addEventListener("beforeprint", () => turn(true));
globalThis.addEventListener("afterprint", () => turn(false));

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePrinting(): boolean {
  return useSyncExternalStore(subscribe, () => printing);
}
