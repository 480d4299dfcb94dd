// A plot: a picture with a name; its numbers stand in a table beside it.
import * as Plot from "@observablehq/plot";
import { useElementSize } from "@mantine/hooks";
import { useEffect, useRef } from "react";

import classes from "../studio.module.css";

interface Props {
  label: string;
  /** For a width in pixels; kept by the caller, so that it is drawn anew only when it changes. */
  options: (width: number) => Plot.PlotOptions;
}

const STYLE = { fontFamily: "inherit", fontSize: "12px", background: "transparent" };

export function Plotted({ label, options }: Props) {
  const { ref, width } = useElementSize();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (width === 0) return undefined;
    const own = Math.max(300, Math.min(width, 980));
    const drawn = Plot.plot({ width: own, style: STYLE, ...options(own) });
    drawn.setAttribute("aria-hidden", "true");
    box.current?.replaceChildren(drawn);
    return () => drawn.remove();
  }, [options, width]);
  return (
    <figure className={classes.plot} ref={ref}>
      <div ref={box} role="img" aria-label={label} />
    </figure>
  );
}
