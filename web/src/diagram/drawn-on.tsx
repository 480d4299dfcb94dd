// What lies on the drawing: marks, heat and tokens, each pinned to its element.
import { useReducedMotion } from "@mantine/hooks";
import { useEffect, useMemo, useState } from "react";

import classes from "./diagram.module.css";
import { heatColour, shares } from "./heat";
import { MarkBadge } from "./mark-badge";
import { origins } from "./moves";
import { outlineOf } from "./outline";
import { Overlay } from "./overlay";
import { origin, type Point, service, tokenPoint } from "./services";
import { TokenBadge } from "./token-badge";
import type { Heat, Mark, Token } from "./types";
import type { Shown } from "./viewer";

export function Marks({ shown, marks }: { shown: Shown; marks: Record<string, Mark> }) {
  useMarkers(shown, marks);
  return Object.entries(marks).map(([id, mark]) => {
    const element = service(shown.viewer, "elementRegistry").get(id);
    if (!element || element.waypoints) return null;
    return (
      <Overlay key={id} shown={shown} at={id} top={-9} left={(element.width ?? 0) - 11}>
        <MarkBadge mark={mark} />
      </Overlay>
    );
  });
}

function useMarkers(shown: Shown, marks: Record<string, Mark>) {
  useEffect(() => {
    const canvas = service(shown.viewer, "canvas");
    const registry = service(shown.viewer, "elementRegistry");
    const drawn = Object.entries(marks).filter(([id]) => registry.get(id));
    for (const [id, mark] of drawn) canvas.addMarker(id, `renkei-${mark}`);
    return () => {
      for (const [id, mark] of drawn) if (registry.get(id)) canvas.removeMarker(id, `renkei-${mark}`);
    };
  }, [shown, marks]);
}

export function Warmth({ shown, heat }: { shown: Shown; heat: Record<string, Heat> }) {
  useEffect(() => {
    const canvas = service(shown.viewer, "canvas");
    const registry = service(shown.viewer, "elementRegistry");
    const drawn = Object.entries(shares(heat)).filter(([id]) => registry.get(id));
    for (const [id, share] of drawn) {
      registry.getGraphics(id)?.style.setProperty("--renkei-heat", heatColour(share));
      canvas.addMarker(id, "renkei-heat");
    }
    return () => {
      for (const [id] of drawn) if (registry.get(id)) canvas.removeMarker(id, "renkei-heat");
    };
  }, [shown, heat]);
  return Object.entries(heat).map(([id, { label }]) => {
    const element = service(shown.viewer, "elementRegistry").get(id);
    if (!element) return null;
    const middle = element.waypoints ? offset(tokenPoint(element), origin(element)) : null;
    return (
      <Overlay
        key={id}
        shown={shown}
        at={id}
        top={middle ? middle.y - 9 : (element.height ?? 0) - 8}
        left={middle ? middle.x - 12 : 6}
      >
        <span className={classes.heat}>{label}</span>
      </Overlay>
    );
  });
}

function offset(point: Point, from: Point): Point {
  return { x: point.x - from.x, y: point.y - from.y };
}

export function Tokens({ shown, tokens, xml }: { shown: Shown; tokens: Token[]; xml: string }) {
  const still = useReducedMotion(false, { getInitialValueInEffect: false });
  const outline = useMemo(() => outlineOf(xml), [xml]);
  const before = useBefore(tokens);
  const from = useMemo(() => origins(before, tokens, outline), [before, tokens, outline]);
  const parties = [...new Set(tokens.map((token) => token.party ?? ""))].sort();
  const registry = service(shown.viewer, "elementRegistry");
  const stacked = new Map<string, number>();
  return tokens.map((token) => {
    const element = registry.get(token.at);
    if (!element) return null;
    const rank = stacked.get(token.at) ?? 0;
    stacked.set(token.at, rank + 1);
    const here = tokenPoint(element);
    const place = offset(here, origin(element));
    const source = registry.get(from.get(token.at) ?? "");
    const start = source && !still ? offset(tokenPoint(source), here) : null;
    return (
      <Overlay
        key={`${token.at} ${token.party ?? ""} ${rank}`}
        shown={shown}
        at={token.at}
        top={place.y - 13}
        left={place.x - 13 + rank * 24}
      >
        <TokenBadge token={token} shape={parties.indexOf(token.party ?? "")} from={start} />
      </Overlay>
    );
  });
}

/** Return what was there before what is there now. */
function useBefore(tokens: Token[]): Token[] {
  const [known, setKnown] = useState({ before: tokens, now: tokens });
  if (known.now !== tokens) setKnown({ before: known.now, now: tokens });
  return known.before;
}
