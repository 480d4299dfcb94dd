// One bpmn-js modeler in one box of the page: reads the file when it changes from outside, writes what is drawn.
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-font/css/bpmn.css";

import Modeler from "bpmn-js/lib/Modeler";
import { type RefObject, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { Echo } from "../echo";
import type { Services } from "./services";
import { wordsIn } from "./words";

export type { Modeler };

/** Return a service of the modeler by its name. */
export function service<Name extends keyof Services>(modeler: Modeler, name: Name): Services[Name] {
  return modeler.get<Services[Name]>(name);
}

interface Drawn {
  /** Null until the drawing was read. */
  modeler: Modeler | null;
  problem: string;
}

export function useModeler(
  box: RefObject<HTMLElement | null>,
  xml: string,
  onChange: (xml: string) => void,
): Drawn {
  const { t, i18n } = useTranslation("studio");
  const words = useRef(wordsIn(t, i18n.language));
  const own = useRef<Modeler>(null);
  const current = useRef("");
  const echo = useRef(new Echo());
  const changed = useRef(onChange);
  const [drawn, setDrawn] = useState<Drawn>({ modeler: null, problem: "" });
  useEffect(() => {
    changed.current = onChange;
  }, [onChange]);

  useEffect(() => {
    if (!box.current) return undefined;
    const { fontFamily } = getComputedStyle(box.current);
    const style = { fontFamily, fontSize: 12 };
    const made = new Modeler({
      container: box.current,
      additionalModules: [words.current],
      textRenderer: { defaultStyle: style, externalStyle: style },
    });
    own.current = made;
    current.current = "";
    made.on("commandStack.changed", ({ trigger }: { trigger?: string }) => {
      // Reading a file empties the stack, and draws nothing.
      if (trigger !== "clear") void write(made);
    });
    async function write(modeler: Modeler) {
      const { xml: written } = await modeler.saveXML({ format: true });
      if (written === undefined) return;
      echo.current.send(written);
      current.current = written;
      changed.current(written);
    }
    return () => {
      own.current = null;
      made.destroy();
      setDrawn({ modeler: null, problem: "" });
    };
  }, [box]);

  useEffect(() => {
    const made = own.current;
    if (!made || echo.current.isOwn(xml) || xml === current.current) return undefined;
    const isFirst = current.current === "";
    let late = false;
    current.current = xml;
    made.importXML(xml).then(
      () => {
        if (late) return;
        if (isFirst) begin(made);
        setDrawn({ modeler: made, problem: "" });
      },
      (error: unknown) => {
        if (!late)
          setDrawn({ modeler: null, problem: error instanceof Error ? error.message : String(error) });
      },
    );
    return () => {
      late = true;
    };
  }, [xml]);
  return drawn;
}

/** Below this, nobody reads a name on the drawing. */
const LEGIBLE = 0.6;
/** What the tools take beside the drawing, or above it where the window is narrow. */
const BESIDE = { left: 125, top: 16 };
const ABOVE = { left: 16, top: 68 };
const NARROW = "(max-width: 62em)";

/** Begin with the upper left of the drawing, clear of the tools and large enough to read. */
function begin(modeler: Modeler) {
  const canvas = service(modeler, "canvas");
  canvas.zoom("fit-viewport", "auto");
  const { inner, outer, scale } = canvas.viewbox();
  const to = Math.max(scale, LEGIBLE);
  const [width, height] = [outer.width / to, outer.height / to];
  const { left, top } = globalThis.matchMedia(NARROW).matches ? ABOVE : BESIDE;
  canvas.viewbox({ x: inner.x - left / to, y: inner.y - top / to, width, height });
}
