// Where the boxes and lines of the organisation go: each party's chain of command top down, parties side by side.
import { Graph, layout } from "@dagrejs/dagre";

import type { Schemas } from "@/api/client";

import { COMMAND } from "./symbol";

type Model = Schemas["ModelView"];
type Relationship = Model["relationships"][number];

export interface Point {
  x: number;
  y: number;
}

export interface Box extends Point {
  id: string;
  party: string;
  width: number;
  height: number;
}

export interface Joint {
  relationship: Relationship;
  points: Point[];
}

export interface Picture {
  boxes: Box[];
  joints: Joint[];
  parties: { id: string; x: number; width: number }[];
  width: number;
  height: number;
}

export const BOX_WIDTH = 190;
export const BOX_HEIGHT = 84;
const BETWEEN = 120;
const GAP = 28;
const TOP = 40;

/** Return the picture of an organisation; every headquarters and every relationship is in it once. */
export function arrange(model: Pick<Model, "parties" | "headquarters" | "relationships">): Picture {
  const boxes: Box[] = [];
  const joints: Joint[] = [];
  const parties: Picture["parties"] = [];
  let left = 0;
  for (const [at, { id }] of model.parties.entries()) {
    // What stands alone stands on the outer side, out of the way of lines between the parties.
    const chain = chainOf(model, id, at > 0);
    boxes.push(...chain.boxes.map((box) => ({ ...box, x: box.x + left, y: box.y + TOP })));
    joints.push(...chain.joints.map((joint) => shifted(joint, left)));
    parties.push({ id, x: left, width: chain.width });
    left += chain.width + BETWEEN;
  }
  const drawn = new Set(joints.map((joint) => joint.relationship.id));
  const others = model.relationships.filter((relationship) => !drawn.has(relationship.id));
  joints.push(...others.map((relationship) => across(relationship, boxes)));
  const height = Math.max(0, ...boxes.map((box) => box.y + BOX_HEIGHT)) + 60;
  return { boxes, joints, parties, width: Math.max(0, left - BETWEEN), height };
}

function chainOf(model: Pick<Model, "headquarters" | "relationships">, party: string, outerIsRight: boolean) {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "TB", nodesep: GAP, ranksep: 70, marginx: 4, marginy: 4 });
  const own = model.headquarters.filter((place) => place.party === party);
  for (const { id } of own) graph.setNode(id, { width: BOX_WIDTH, height: BOX_HEIGHT });
  const inside = model.relationships.filter(
    ({ kind, superior, subordinate }) =>
      COMMAND.has(kind) && graph.hasNode(superior) && graph.hasNode(subordinate),
  );
  for (const { id, superior, subordinate } of inside) graph.setEdge(superior, subordinate, {}, id);
  const alone = own.filter(({ id }) => (graph.nodeEdges(id) ?? []).length === 0);
  for (const { id } of alone) graph.removeNode(id);
  layout(graph);
  const left = alone.length > 0 && !outerIsRight ? BOX_WIDTH + GAP : 0;
  const chained = graph.nodes().map((id) => {
    const box = boxAt(graph.node(id) as Point);
    return { ...box, x: box.x + left, id, party };
  });
  const joints = inside.map((relationship) => {
    const { superior, subordinate, id } = relationship;
    const { points } = graph.edge(superior, subordinate, id) as { points: Point[] };
    return { relationship, points: points.map(({ x, y }) => ({ x: x + left, y })) };
  });
  const right = outerIsRight ? Math.max(0, ...chained.map((box) => box.x + BOX_WIDTH + GAP)) : 0;
  const aside = alone.map(({ id }, row) => ({ ...column(row), x: right + 4, id, party }));
  const boxes = [...chained, ...aside];
  return { boxes, joints, width: Math.max(0, ...boxes.map((box) => box.x + BOX_WIDTH)) };
}

/** Headquarters outside of every chain of command stand in a column of their own. */
function column(row: number): Omit<Box, "id" | "party"> {
  return { x: 4, y: 4 + row * (BOX_HEIGHT + GAP), width: BOX_WIDTH, height: BOX_HEIGHT };
}

function boxAt({ x, y }: Point): Omit<Box, "id" | "party"> {
  return { x: x - BOX_WIDTH / 2, y: y - BOX_HEIGHT / 2, width: BOX_WIDTH, height: BOX_HEIGHT };
}

function shifted({ relationship, points }: Joint, left: number): Joint {
  return { relationship, points: points.map(({ x, y }) => ({ x: x + left, y: y + TOP })) };
}

/** A line between equals: from side to side where they stand beside each other, else from edge to edge. */
function across(relationship: Relationship, boxes: Box[]): Joint {
  const [from, to] = [relationship.superior, relationship.subordinate].map((id) =>
    boxes.find((box) => box.id === id),
  );
  if (!from || !to) return { relationship, points: [] };
  const [left, right] = from.x <= to.x ? [from, to] : [to, from];
  const begin = { x: left.x + left.width, y: left.y + left.height / 2 };
  const end = { x: right.x, y: right.y + right.height / 2 };
  const middle = (begin.x + end.x) / 2;
  return { relationship, points: [begin, { x: middle, y: begin.y }, { x: middle, y: end.y }, end] };
}

/** Return the path of a line with rounded corners, for SVG. */
export function pathOf(points: Point[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  const last = rest.at(-1) ?? first;
  const curves = rest.slice(0, -1).map((point, at) => {
    const next = rest[at + 1] ?? last;
    const middle = at === rest.length - 2 ? last : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${point.x} ${point.y} ${middle.x} ${middle.y}`;
  });
  return `M${first.x} ${first.y} ${curves.join(" ") || `L${last.x} ${last.y}`}`;
}
