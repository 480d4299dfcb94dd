// On paper the whole drawing is shown, as wide as the page; on the screen it is then as it was.
import type NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

import { service } from "./services";

/** Width of A4 within its margins, in the pixels of a style sheet. */
const paper = 640;
const tallest = 900;

export function whenPrinted(viewer: NavigatedViewer): () => void {
  const canvas = service(viewer, "canvas");
  const box = canvas.getContainer().parentElement?.parentElement;
  let before: { width: string; height: string; view: ReturnType<typeof canvas.viewbox> } | null = null;

  function prepare() {
    if (!box || before) return;
    const view = canvas.viewbox();
    before = { width: box.style.width, height: box.style.height, view };
    const height = Math.min(tallest, (paper * view.inner.height) / view.inner.width + 20);
    Object.assign(box.style, { width: `${paper}px`, height: `${height}px` });
    canvas.resized();
    canvas.zoom("fit-viewport", "auto");
  }
  function restore() {
    if (!box || !before) return;
    Object.assign(box.style, { width: before.width, height: before.height });
    canvas.resized();
    canvas.viewbox(before.view);
    before = null;
  }

  globalThis.addEventListener("beforeprint", prepare);
  globalThis.addEventListener("afterprint", restore);
  return () => {
    globalThis.removeEventListener("beforeprint", prepare);
    globalThis.removeEventListener("afterprint", restore);
  };
}
