// How options are told apart on a plot: by colour (after Okabe and Ito), by dash, and by the shape of the mark.

const COLOURS = ["#1f2933", "#0072b2", "#d55e00", "#007a5a", "#a0458c", "#8a6d00", "#56707f"] as const;
const DASHES = ["", "7 3", "2 3", "10 3 2 3", "4 2", "1 3", "12 4"] as const;
const SHAPES = ["circle", "square", "triangle", "diamond", "star", "cross", "wye"] as const;

export interface Look {
  colour: string;
  dash: string;
  shape: (typeof SHAPES)[number];
}

export function lookOf(at: number): Look {
  return {
    colour: COLOURS[at % COLOURS.length] ?? COLOURS[0],
    dash: DASHES[at % DASHES.length] ?? "",
    shape: SHAPES[at % SHAPES.length] ?? "circle",
  };
}
