// A drawing in another language: its names are written anew where they stand, a few at a time.
// Reading the whole file again would take ten times as long, in one piece, and nobody could type meanwhile.
import type NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { getExternalLabelBounds } from "bpmn-js/lib/util/LabelUtil";

import { slices } from "@/parts/slices";

import { namedIn } from "./outline";
import { type Drawn, service } from "./services";
import type { Both, Names } from "./types";

/** Return whether all that has a name in one language has one in the other: only then nothing comes or goes. */
export function isRenamable(names: Names): boolean {
  return Object.keys(names).every(
    (id) => Boolean(namedIn(names, id, "en")) === Boolean(namedIn(names, id, "ja")),
  );
}

/** Write the names of one language on a drawing, until `isOver` says that it is not wanted any more. */
export async function rename(
  viewer: NavigatedViewer,
  names: Names,
  language: keyof Both,
  isOver: () => boolean,
): Promise<void> {
  const registry = service(viewer, "elementRegistry");
  const labels: Drawn[] = [];
  for (const element of registry.filter((each) => Boolean(each.businessObject))) {
    const name = namedIn(names, element.businessObject?.id ?? "", language);
    if (!name || !element.businessObject) continue;
    element.businessObject.name = name;
    labels.push(element);
  }
  const pause = slices();
  for (const element of labels) {
    await pause();
    if (isOver()) return;
    draw(viewer, element);
  }
}

function draw(viewer: NavigatedViewer, element: Drawn): void {
  // What has a label of its own shows its name there, and a line never on itself.
  if (element.waypoints || (element.labels?.length ?? 0) > 0) return;
  const graphics = service(viewer, "elementRegistry").getGraphics(element.id);
  if (!graphics) return;
  if (element.labelTarget) Object.assign(element, boundsOf(viewer, element, element.labelTarget));
  service(viewer, "graphicsFactory").update("shape", element, graphics);
}

/** The same as when the drawing is read: as wide as drawn and as high as its words, or about its middle. */
function boundsOf(viewer: NavigatedViewer, label: Drawn, target: Drawn) {
  const text = label.businessObject?.name ?? "";
  const renderer = service(viewer, "textRenderer");
  const { di } = target;
  const given = getExternalLabelBounds(di, target as never);
  const drawn = di?.label?.bounds && given.width > 0;
  const { x, y, width, height } = drawn
    ? {
        ...given,
        height: renderer.getDimensions(text, { box: given, style: renderer.getExternalStyle() }).height,
      }
    : renderer.getExternalLabelBounds(given, text);
  return { x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.ceil(height) };
}
