// What of the modeler's own services is used here.

export interface Element {
  id: string;
  type: string;
  labelTarget?: Element;
  parent?: Element;
  waypoints?: unknown[];
  businessObject: { id: string; name?: string; $model?: Moddle };
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Moddle {
  ids: { assigned: (id: string) => unknown };
}

export interface Services {
  canvas: {
    zoom: (how: "fit-viewport" | number, centre?: "auto") => void;
    viewbox: (to?: Box) => { inner: Box; outer: Box; scale: number };
    addMarker: (element: string, marker: string) => void;
    removeMarker: (element: string, marker: string) => void;
    scrollToElement: (element: string, padding?: number) => void;
  };
  elementRegistry: {
    get: (id: string) => Element | undefined;
    filter: (wanted: (element: Element) => boolean) => Element[];
  };
  selection: { get: () => Element[]; select: (element: Element | null) => void };
  modeling: {
    updateLabel: (element: Element, name: string) => void;
    updateProperties: (element: Element, properties: Record<string, unknown>) => void;
    removeElements: (elements: Element[]) => void;
    connect: (from: Element, to: Element) => unknown;
  };
  elementFactory: { createShape: (attributes: { type: string }) => Element };
  autoPlace: { append: (source: Element, shape: Element) => Element };
  rules: { allowed: (action: string, context: Record<string, unknown>) => unknown };
  eventBus: {
    on: (events: string | string[], listener: () => void) => void;
    off: (events: string | string[], listener: () => void) => void;
  };
  moddle: Moddle;
  commandStack: { canUndo: () => boolean; undo: () => void; canRedo: () => boolean; redo: () => void };
}
