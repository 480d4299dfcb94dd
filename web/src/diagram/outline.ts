// A BPMN file as text: its steps in order, and its names in the language of the page. Needs no picture.
import type { Both, Names } from "./types";

export interface OutlineStep {
  id: string;
  /** Local name of its BPMN element, for example userTask. */
  type: string;
  name: string;
  pool: string;
  lane: string;
}

export interface OutlineFlow {
  id: string;
  name: string;
  source: string;
  target: string;
}

export interface Outline {
  steps: OutlineStep[];
  flows: Map<string, OutlineFlow>;
}

const stepTypes = /(Task|task|Event|Gateway|subProcess|callActivity|transaction)$/;

function parsed(xml: string): Document {
  return new DOMParser().parseFromString(xml, "application/xml");
}

function elementsOf(document: Document): Element[] {
  return [...document.getElementsByTagName("*")];
}

/** What was made last: every drawing is asked for by several parts of a page, in either language. */
const MOST_KEPT = 8;
const outlines = new Map<string, Outline>();
const files = new WeakMap<Names, Map<string, string>>();

function kept<T>(made: Map<string, T>, key: string, make: () => T): T {
  const known = made.get(key);
  if (known !== undefined) return known;
  const [oldest] = made.keys();
  if (oldest !== undefined && made.size >= MOST_KEPT) made.delete(oldest);
  const value = make();
  made.set(key, value);
  return value;
}

/** Return the steps and flows of a file in their order; nothing for what is no XML. */
export function outlineOf(xml: string): Outline {
  return kept(outlines, xml, () => outlined(xml));
}

function outlined(xml: string): Outline {
  const elements = elementsOf(parsed(xml));
  const pools = poolNames(elements);
  const lanes = laneNames(elements);
  const steps: OutlineStep[] = [];
  const flows = new Map<string, OutlineFlow>();
  for (const element of elements) {
    const id = element.getAttribute("id") ?? "";
    const name = spaced(element.getAttribute("name"));
    if (element.localName === "sequenceFlow" || element.localName === "messageFlow") {
      const source = element.getAttribute("sourceRef") ?? "";
      flows.set(id, { id, name, source, target: element.getAttribute("targetRef") ?? "" });
    } else if (id && stepTypes.test(element.localName)) {
      const process = ancestor(element, "process")?.getAttribute("id") ?? "";
      const pool = pools.get(process) ?? "";
      steps.push({ id, type: element.localName, name, pool, lane: lanes.get(id) ?? "" });
    }
  }
  return { steps, flows };
}

function poolNames(elements: Element[]): Map<string, string> {
  const participants = elements.filter((element) => element.localName === "participant");
  return new Map(
    participants.map((one) => [one.getAttribute("processRef") ?? "", spaced(one.getAttribute("name"))]),
  );
}

function laneNames(elements: Element[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const element of elements) {
    if (element.localName !== "flowNodeRef") continue;
    const name = spaced(ancestor(element, "lane")?.getAttribute("name") ?? null);
    found.set(element.textContent.trim(), name);
  }
  return found;
}

function ancestor(element: Element, name: string): Element | null {
  let above = element.parentElement;
  while (above && above.localName !== name) above = above.parentElement;
  return above;
}

function spaced(text: string | null): string {
  return (text ?? "").split(/\s+/u).join(" ").trim();
}

/** Return what the model calls an element. Where it has no name it gives the id: on a drawing, only noise. */
export function namedIn(names: Names, id: string, language: keyof Both): string {
  const name = names[id]?.[language] ?? "";
  return name === id ? "" : name;
}

/** Return the file with its names in one language, where the model has them. */
export function localised(xml: string, names: Names, language: keyof Both): string {
  const own = files.get(names) ?? new Map<string, string>();
  files.set(names, own);
  return kept(own, `${language} ${xml}`, () => renamed(xml, names, language));
}

function renamed(xml: string, names: Names, language: keyof Both): string {
  const document = parsed(xml);
  const elements = elementsOf(document);
  if (elements.some((element) => element.localName === "parsererror")) return xml;
  let changed = false;
  for (const element of elements) {
    const name = namedIn(names, element.getAttribute("id") ?? "", language);
    if (!name || element.getAttribute("name") === name) continue;
    element.setAttribute("name", name);
    changed = true;
  }
  return changed ? new XMLSerializer().serializeToString(document) : xml;
}

/** Return what a flow is called: its name, or from where to where it leads. */
export function flowName(outline: Outline, id: string): string {
  const flow = outline.flows.get(id);
  if (!flow) return "";
  if (flow.name) return flow.name;
  return `${stepName(outline, flow.source)} → ${stepName(outline, flow.target)}`;
}

/** Return what a step is called; its id where nobody has named it. */
export function stepName(outline: Outline, id: string): string {
  const name = outline.steps.find((step) => step.id === id)?.name ?? "";
  return name === "" ? id : name;
}
