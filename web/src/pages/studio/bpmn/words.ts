// What the modeler itself says, in the language of the page.
import type { TFunction } from "i18next";

import japanese from "@/text/ja/bpmn.json";

/** What is said in other words than its own in either language. */
export const WORDS = {
  "Activate hand tool": "hand",
  "Activate lasso tool": "lasso",
  "Activate create/remove space tool": "space",
  "Activate global connect tool": "globalConnect",
  "Create start event": "start",
  "Create intermediate/boundary event": "intermediate",
  "Create end event": "end",
  "Create gateway": "gateway",
  "Create task": "task",
  "Create expanded sub-process": "subprocess",
  "Create data object reference": "dataObject",
  "Create data store reference": "dataStore",
  "Create pool/participant": "pool",
  "Create group": "group",
  "Append task": "appendTask",
  "Append gateway": "appendGateway",
  "Append end event": "appendEnd",
  "Append intermediate/boundary event": "appendIntermediate",
  "Append receive task": "appendReceive",
  "Append message intermediate catch event": "appendMessage",
  "Append timer intermediate catch event": "appendTimer",
  "Append conditional intermediate catch event": "appendConditional",
  "Append signal intermediate catch event": "appendSignal",
  "Append compensation activity": "appendCompensation",
  "Add text annotation": "annotation",
  "Add lane above": "laneAbove",
  "Add lane below": "laneBelow",
  "Divide into two lanes": "twoLanes",
  "Divide into three lanes": "threeLanes",
  "Change element": "change",
  "Change type": "change",
  "Connect to other element": "connect",
  "Connect using association": "connectAssociation",
  "Connect using data input association": "connectData",
  Delete: "delete",
  Remove: "delete",
} as const;

type Translate = (template: string, replacements?: Record<string, string>) => string;

/** Return what says the words of the modeler in the language of `t`. */
export function sayingIn(
  t: (key: `modeler.${(typeof WORDS)[keyof typeof WORDS]}`) => string,
  language: string,
): Translate {
  const own = Object.fromEntries(Object.entries(WORDS).map(([word, key]) => [word, t(`modeler.${key}`)]));
  const known: Record<string, string> = { ...(language === "ja" && japanese), ...own };
  return (template, replacements = {}) =>
    (known[template] ?? template).replace(/\{([^}]+)\}/g, (whole, key: string) => replacements[key] ?? whole);
}

/** Return a module for the modeler that says everything in the language of the page. */
export function wordsIn(t: TFunction<"studio">, language: string): { translate: ["value", Translate] } {
  return { translate: ["value", sayingIn((key) => t(key), language)] };
}
