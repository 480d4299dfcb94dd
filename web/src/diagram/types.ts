// What a diagram shows on top of its drawing.
import type { Both } from "@/text/language";

export type { Both };

/** Tokens in one place: on an element, or in the middle of a flow. */
export interface Token {
  /** BPMN id of an element, a sequence flow or a message flow. */
  at: string;
  count: number;
  party?: string | undefined;
  /** What is said of it on the pointer and in the list, in the language of the page. */
  name?: string | undefined;
}

export const marks = ["done", "active", "ready", "blocked", "failed"] as const;
export type Mark = (typeof marks)[number];

export interface Heat {
  value: number;
  /** The value as it is written beside the element. */
  label: string;
}

/** One step of a path, and where everything stands after it. */
export interface Step {
  /** BPMN ids of what fired: elements, and flows that were taken. */
  fired: string[];
  tokens: Token[];
  text: Both;
  /** When, in microseconds since 1970. */
  at?: number | undefined;
}

/** Names of the model for BPMN ids; what it does not name stays as it is drawn. */
export type Names = Record<string, Both>;

/** A file with its names in one language, and what is needed to write them in another. */
export interface Drawing {
  /** As it came. */
  xml: string;
  names: Names | undefined;
  language: keyof Both;
  /** With its names in the language. */
  worded: string;
}

export interface DiagramProps {
  /** BPMN 2.0 with its drawing. */
  xml: string;
  /** What the diagram is of: its name for those who do not see it. */
  label: string;
  names?: Names | undefined;
  tokens?: Token[] | undefined;
  marks?: Record<string, Mark> | undefined;
  /** What marks mean where that is not what they mean in a running case. */
  said?: Partial<Record<Mark, string>> | undefined;
  heat?: Record<string, Heat> | undefined;
  /** Element that is chosen: it is outlined and brought into view. */
  focus?: string | undefined;
  onSelect?: ((element: string) => void) | undefined;
  /** Height of the picture in pixels. */
  height?: number | undefined;
}
