// A finger moves the drawing sideways; up and down it moves the page, so that nobody is caught in the drawing.
import type NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

import { service } from "./services";

export function touchMoves(viewer: NavigatedViewer, box: HTMLElement): () => void {
  const canvas = service(viewer, "canvas");
  let last: number | null = null;
  const move = (event: PointerEvent) => {
    if (event.pointerType !== "touch") return;
    if (last !== null) canvas.scroll({ dx: event.clientX - last, dy: 0 });
    last = event.clientX;
  };
  const end = () => {
    last = null;
  };
  box.addEventListener("pointermove", move);
  for (const name of ["pointerup", "pointercancel", "pointerleave"] as const) box.addEventListener(name, end);
  return () => {
    box.removeEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel", "pointerleave"] as const)
      box.removeEventListener(name, end);
  };
}
