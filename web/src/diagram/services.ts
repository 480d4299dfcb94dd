// The parts of bpmn-js that are used here, with their types.
import type NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

export interface Point {
  x: number;
  y: number;
}

/** A shape has a size, a connection has waypoints. */
export interface Drawn {
  id: string;
  type?: string;
  x?: number;
  y?: number;
  width?: number;
  height?: number;
  waypoints?: Point[];
  /** What it stands for in the file. */
  businessObject?: { id: string; name?: string };
  /** How it is drawn according to the file. */
  di?: { label?: { bounds?: object } };
  /** What it names, where it is a label of its own; and the labels that name it. */
  labelTarget?: Drawn;
  labels?: readonly Drawn[];
}

interface Viewbox {
  x: number;
  y: number;
  width: number;
  height: number;
  scale: number;
  inner: { x: number; y: number; width: number; height: number };
  outer: { width: number; height: number };
}

interface Canvas {
  addMarker(element: string, marker: string): void;
  removeMarker(element: string, marker: string): void;
  zoom(to: number | "fit-viewport", center?: "auto" | Point): number;
  scrollToElement(element: string, padding?: number): void;
  scroll(by: { dx: number; dy: number }): void;
  viewbox(box?: { x: number; y: number; width: number; height: number }): Viewbox;
  resized(): void;
  getContainer(): HTMLElement;
}

interface Registry {
  get(element: string): Drawn | undefined;
  filter(isWanted: (element: Drawn) => boolean): Drawn[];
  getGraphics(element: string): SVGElement | undefined;
}

interface OverlayPlace {
  position: { top?: number; left?: number; right?: number; bottom?: number };
  html: HTMLElement;
  scale: { min: number; max: number };
}

interface Overlays {
  add(element: string, type: string, overlay: OverlayPlace): string;
  remove(id: string): void;
}

interface ZoomScroll {
  toggle(enabled: boolean): void;
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface TextRenderer {
  getExternalStyle(): object;
  getExternalLabelBounds(bounds: Box, text: string): Box;
  getDimensions(text: string, options: { box: Box; style: object }): { width: number; height: number };
}

interface GraphicsFactory {
  update(type: "shape" | "connection", element: Drawn, graphics: SVGElement): void;
}

export interface EventBus {
  on(event: string, listener: (event: { element: Drawn }) => void): void;
}

export interface Services {
  canvas: Canvas;
  elementRegistry: Registry;
  overlays: Overlays;
  zoomScroll: ZoomScroll;
  eventBus: EventBus;
  textRenderer: TextRenderer;
  graphicsFactory: GraphicsFactory;
}

export function service<Name extends keyof Services>(viewer: NavigatedViewer, name: Name): Services[Name] {
  return viewer.get<Services[Name]>(name);
}

/** Return the middle of a connection along its way. */
export function middleOf(points: Point[]): Point {
  const lengths = points.slice(1).map((point, at) => distance(points[at] ?? point, point));
  let left = lengths.reduce((sum, length) => sum + length, 0) / 2;
  for (const [at, length] of lengths.entries()) {
    const [from, to] = [points[at], points[at + 1]];
    if (from && to && left <= length) {
      const share = length > 0 ? left / length : 0;
      return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
    }
    left -= length;
  }
  return points.at(-1) ?? { x: 0, y: 0 };
}

function distance(one: Point, other: Point): number {
  return Math.hypot(other.x - one.x, other.y - one.y);
}

/** Return where a token stands on the canvas: in the middle of a flow, at the upper left of a shape. */
export function tokenPoint(element: Drawn): Point {
  if (element.waypoints) return middleOf(element.waypoints);
  return { x: element.x ?? 0, y: element.y ?? 0 };
}

/** Return where overlays of an element are counted from. */
export function origin(element: Drawn): Point {
  const points = element.waypoints;
  if (!points) return { x: element.x ?? 0, y: element.y ?? 0 };
  return { x: Math.min(...points.map((p) => p.x)), y: Math.min(...points.map((p) => p.y)) };
}
