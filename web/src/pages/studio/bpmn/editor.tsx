// The drawing of a process, edited with bpmn-js; what it draws goes back into the file as BPMN 2.0.
import { Alert } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import type { Names } from "@/diagram/types";

import classes from "../studio.module.css";
import { type Modeler, service, useModeler } from "./modeler";
import { usePaletteKeys } from "./palette";
import { Selected } from "./selected";

interface Props {
  xml: string;
  onChange: (xml: string) => void;
  label: string;
  /** Elements that something is wrong with. */
  wrong: string[];
  names: Names;
  /** The text of the model, which names elements by their ids. */
  model: string;
  onModel: (text: string) => void;
}

const WRONG = "renkei-wrong";

export default function BpmnEditor({ xml, onChange, label, wrong, names, model, onModel }: Props) {
  const { t } = useTranslation("studio");
  const box = useRef<HTMLDivElement>(null);
  const { modeler, problem } = useModeler(box, xml, onChange);
  useMarked(modeler, wrong, xml);
  usePaletteKeys(modeler, box, label);
  return (
    <>
      {problem && (
        <Alert color="red" role="alert" title={t("drawing.unreadable")}>
          {problem}
        </Alert>
      )}
      <div ref={box} role="group" aria-label={label} className={classes.drawing} />
      {modeler && <Selected modeler={modeler} names={names} wrong={wrong} model={model} onModel={onModel} />}
    </>
  );
}

/** Mark the elements that something is wrong with, also after the file was read again. */
function useMarked(modeler: Modeler | null, wrong: string[], xml: string) {
  useEffect(() => {
    if (!modeler) return undefined;
    const canvas = service(modeler, "canvas");
    const registry = service(modeler, "elementRegistry");
    const known = wrong.filter((id) => registry.get(id));
    for (const id of known) canvas.addMarker(id, WRONG);
    return () => {
      for (const id of known) if (registry.get(id)) canvas.removeMarker(id, WRONG);
    };
  }, [modeler, wrong, xml]);
}
