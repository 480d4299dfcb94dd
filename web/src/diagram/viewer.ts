// One bpmn-js viewer in one box of the page, and its drawing read again when it changes.
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";

import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { type RefObject, useEffect, useRef, useState } from "react";

import { isRenamable, rename } from "./renaming";
import { service, tokenPoint } from "./services";
import type { Drawing } from "./types";

const ink = "#1f2933";
/** Below this, nobody reads a name on the drawing. */
const legible = 0.55;
const near = 0.8;
const margin = 160;
const edge = 20;

export interface Shown {
  viewer: NavigatedViewer;
  /** Grows with every drawing that was read. */
  version: number;
}

interface Showing {
  shown: Shown | null;
  error: Error | null;
}

function made(container: HTMLElement): NavigatedViewer {
  const fontFamily = getComputedStyle(container).fontFamily;
  return new NavigatedViewer({
    container,
    bpmnRenderer: { defaultStrokeColor: ink, defaultLabelColor: ink },
    textRenderer: { defaultStyle: { fontFamily, fontSize: 12 }, externalStyle: { fontFamily, fontSize: 12 } },
  });
}

/** Show a drawing in a box; where the drawing changes, the part of it that is looked at stays. */
export function useViewer(box: RefObject<HTMLElement | null>, drawing: Drawing, places: string[]): Showing {
  const viewer = useRef<NavigatedViewer>(null);
  const first = useRef(places);
  const [showing, setShowing] = useState<Showing>({ shown: null, error: null });

  useEffect(() => {
    if (!box.current) return undefined;
    const own = made(box.current);
    viewer.current = own;
    service(own, "zoomScroll").toggle(false);
    return () => {
      viewer.current = null;
      own.destroy();
      setShowing({ shown: null, error: null });
    };
  }, [box]);

  useEffect(() => {
    const own = viewer.current;
    if (!own) return undefined;
    const before = seen.get(own);
    if (before?.worded === drawing.worded) return undefined;
    let late = false;
    const leave = () => {
      late = true;
    };
    if (before && isOnlyReworded(before, drawing)) {
      seen.set(own, drawing);
      void rename(own, drawing.names ?? {}, drawing.language, () => late);
      return leave;
    }
    void read(own, drawing, first.current).then((error) => {
      if (late) return;
      setShowing(({ shown }) =>
        error
          ? { shown: null, error }
          : { shown: { viewer: own, version: (shown?.version ?? 0) + 1 }, error: null },
      );
    });
    return leave;
  }, [drawing]);
  return showing;
}

/** What each viewer shows. */
const seen = new WeakMap<NavigatedViewer, Drawing>();

function isOnlyReworded(before: Drawing, { xml, names }: Drawing): boolean {
  return before.xml === xml && before.names === names && names !== undefined && isRenamable(names);
}

async function read(viewer: NavigatedViewer, drawing: Drawing, places: string[]): Promise<Error | null> {
  const canvas = service(viewer, "canvas");
  const before = seen.has(viewer) ? canvas.viewbox() : null;
  try {
    await viewer.importXML(drawing.worded);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
  seen.set(viewer, drawing);
  if (before) canvas.viewbox(before);
  else begin(viewer, places);
  return null;
}

/** Show the whole drawing. */
export function fit(viewer: NavigatedViewer): void {
  service(viewer, "canvas").zoom("fit-viewport", "auto");
}

/** Bring an element into view, large enough to read. */
export function show(viewer: NavigatedViewer, element: string): void {
  const canvas = service(viewer, "canvas");
  if (!service(viewer, "elementRegistry").get(element)) return;
  if (canvas.viewbox().scale < legible) canvas.zoom(near, "auto");
  canvas.scrollToElement(element, 80);
}

/**
 * Return where a view of `size` begins that has `from` to `to` in its middle and nothing beyond the drawing.
 * Where not all of it fits in, what comes first in the flow counts.
 */
export function within(from: number, to: number, size: number, begin: number, length: number): number {
  const wanted = Math.min((from + to - size) / 2, from - margin / 2);
  const last = begin + length + edge - size;
  return Math.max(begin - edge, Math.min(wanted, last));
}

/** Begin with all of the drawing where that can be read, else with where something stands. */
export function begin(viewer: NavigatedViewer, places: string[]): void {
  fit(viewer);
  const canvas = service(viewer, "canvas");
  const registry = service(viewer, "elementRegistry");
  const points = places.flatMap((place) => registry.get(place) ?? []).map(tokenPoint);
  const { scale, outer } = canvas.viewbox();
  if (scale >= legible || points.length === 0) return;
  const [left, top] = [Math.min(...points.map((p) => p.x)), Math.min(...points.map((p) => p.y))];
  const [right, bottom] = [Math.max(...points.map((p) => p.x)), Math.max(...points.map((p) => p.y))];
  const wanted = Math.min(outer.width / (right - left + margin), outer.height / (bottom - top + margin));
  const to = Math.min(near, Math.max(legible, wanted));
  const [width, height] = [outer.width / to, outer.height / to];
  const { inner } = canvas.viewbox();
  canvas.viewbox({
    x: within(left, right, width, inner.x, inner.width),
    y: within(top, bottom, height, inner.y, inner.height),
    width,
    height,
  });
}
