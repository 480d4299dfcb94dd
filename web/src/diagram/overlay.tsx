// React content that is pinned to an element of the drawing.
import { type ReactNode, useLayoutEffect, useState } from "react";
import { createPortal } from "react-dom";

import { service } from "./services";
import type { Shown } from "./viewer";

interface Pinned {
  shown: Shown;
  at: string;
  top: number;
  left: number;
  children: ReactNode;
}

/** Stays legible where the drawing is small, and does not grow out of it where it is large. */
const scale = { min: 0.75, max: 1.25 };

export function Overlay({ shown, at, top, left, children }: Pinned) {
  const [host] = useState(() => document.createElement("div"));
  useLayoutEffect(() => {
    const overlays = service(shown.viewer, "overlays");
    if (!service(shown.viewer, "elementRegistry").get(at)) return undefined;
    const id = overlays.add(at, "renkei", { position: { top, left }, html: host, scale });
    return () => overlays.remove(id);
  }, [shown, at, top, left, host]);
  return createPortal(children, host);
}
