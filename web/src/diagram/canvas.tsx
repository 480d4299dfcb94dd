// The picture itself: the drawing, and on it tokens, marks and heat. Loaded when it is first needed.
import { type RefObject, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { Problem } from "@/parts/problem";

import classes from "./diagram.module.css";
import { Marks, Tokens, Warmth } from "./drawn-on";
import { whenPrinted } from "./printing";
import { service } from "./services";
import { Toolbar } from "./toolbar";
import { touchMoves } from "./touch";
import type { DiagramProps, Drawing, Token } from "./types";
import { show, type Shown, useViewer } from "./viewer";

const none: Token[] = [];

export default function Canvas({
  drawing,
  label,
  tokens = none,
  marks,
  heat,
  focus,
  onSelect,
  height = 440,
}: Omit<DiagramProps, "xml" | "names"> & { drawing: Drawing }) {
  const { t } = useTranslation("cases");
  const box = useRef<HTMLDivElement>(null);
  const { shown, error } = useViewer(
    box,
    drawing,
    tokens.map((token) => token.at),
  );
  const clickedRef = useChoosing(shown, onSelect);
  useFocus(shown, focus, clickedRef);
  useWheel(shown, box);
  useEffect(() => (shown ? whenPrinted(shown.viewer) : undefined), [shown]);
  useEffect(() => (shown && box.current ? touchMoves(shown.viewer, box.current) : undefined), [shown]);
  return (
    <div>
      {error && <Problem error={error} />}
      <div className={classes.frame} role="group" aria-label={t("diagram.picture", { label })}>
        <div ref={box} className={classes.canvas} style={{ height }} />
        {shown && <Toolbar shown={shown} tokens={tokens} />}
        {shown && <Marks shown={shown} marks={marks ?? {}} />}
        {shown && <Warmth shown={shown} heat={heat ?? {}} />}
        {shown && <Tokens shown={shown} tokens={tokens} xml={drawing.xml} />}
      </div>
    </div>
  );
}

type Clicked = RefObject<string | undefined>;

function useChoosing(shown: Shown | null, onSelect: DiagramProps["onSelect"]): Clicked {
  const chosen = useRef(onSelect);
  const clickedRef = useRef<string>(undefined);
  useEffect(() => {
    chosen.current = onSelect;
  });
  const viewer = shown?.viewer;
  useEffect(() => {
    if (!viewer) return;
    service(viewer, "eventBus").on("element.click", ({ element }) => {
      if (/Task|Event|Gateway|SubProcess|CallActivity|Transaction|Flow/u.test(element.type ?? "")) {
        clickedRef.current = element.id.replace(/_label$/u, "");
        chosen.current?.(clickedRef.current);
      }
    });
  }, [viewer]);
  return clickedRef;
}

/** Outline what is chosen; whoever has clicked on it sees it already, and keeps the view. */
function useFocus(shown: Shown | null, focus: string | undefined, clickedRef: Clicked) {
  useEffect(() => {
    if (!shown || !focus) return undefined;
    const canvas = service(shown.viewer, "canvas");
    if (!service(shown.viewer, "elementRegistry").get(focus)) return undefined;
    if (clickedRef.current !== focus) show(shown.viewer, focus);
    clickedRef.current = undefined;
    canvas.addMarker(focus, "renkei-focus");
    return () => {
      if (service(shown.viewer, "elementRegistry").get(focus)) canvas.removeMarker(focus, "renkei-focus");
    };
  }, [shown, focus, clickedRef]);
}

/** The wheel moves the drawing only while it has the focus; otherwise a page could not be scrolled past it. */
function useWheel(shown: Shown | null, box: RefObject<HTMLElement | null>) {
  useEffect(() => {
    const element = box.current;
    if (!shown || !element) return undefined;
    const zoom = service(shown.viewer, "zoomScroll");
    const begin = () => zoom.toggle(true);
    const end = () => zoom.toggle(false);
    element.addEventListener("focusin", begin);
    element.addEventListener("focusout", end);
    return () => {
      element.removeEventListener("focusin", begin);
      element.removeEventListener("focusout", end);
    };
  }, [shown, box]);
}
