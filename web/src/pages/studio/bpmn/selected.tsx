// The element that is chosen on a drawing, by pointer or from the list: its name, its id, and what can follow it.
import { Button, Fieldset, Group, Menu, NativeSelect, TextInput } from "@mantine/core";
import { useEffect, useReducer, useState } from "react";
import { useTranslation } from "react-i18next";

import type { Names } from "@/diagram/types";
import { useName } from "@/text/language";

import { renamed } from "./ids";
import { type Modeler, service } from "./modeler";
import type { Element } from "./services";

interface Props {
  modeler: Modeler;
  /** Names that the model's text gives; the drawing has its own. */
  names: Names;
  wrong: string[];
  model: string;
  onModel: (text: string) => void;
}

const kinds = [
  "UserTask",
  "ExclusiveGateway",
  "ParallelGateway",
  "IntermediateThrowEvent",
  "EndEvent",
] as const;

export function Selected({ modeler, names, wrong, model, onModel }: Props) {
  const { t } = useTranslation("studio");
  const name = useName();
  const titleOf = (entry: Element) => {
    const said = name(names[entry.id]) || (entry.businessObject.name ?? "");
    return said ? `${said} (${entry.id})` : entry.id;
  };
  const element = useSelection(modeler);
  const elements = service(modeler, "elementRegistry").filter(isNamed);
  const history = service(modeler, "commandStack");

  function choose(id: string) {
    service(modeler, "selection").select(service(modeler, "elementRegistry").get(id) ?? null);
    if (id) service(modeler, "canvas").scrollToElement(id, 120);
  }

  return (
    <Fieldset legend={t("element.legend")} p="xs" mt="xs">
      <Group gap="xs" align="end">
        <NativeSelect
          size="xs"
          label={t("element.choose")}
          value={element?.id ?? ""}
          onChange={(event) => choose(event.currentTarget.value)}
          data={[
            { value: "", label: t("element.none") },
            ...elements.map((entry) => ({
              value: entry.id,
              label: `${wrong.includes(entry.id) ? `${t("element.wrong")} ` : ""}${titleOf(entry)}`,
            })),
          ]}
          maw={220}
        />
        <Button size="xs" variant="default" onClick={() => history.undo()} disabled={!history.canUndo()}>
          {t("element.undo")}
        </Button>
        <Button size="xs" variant="default" onClick={() => history.redo()} disabled={!history.canRedo()}>
          {t("element.redo")}
        </Button>
      </Group>
      {element && (
        <Group gap="xs" align="end" mt="xs" key={element.id}>
          <Name modeler={modeler} element={element} />
          <Id modeler={modeler} element={element} model={model} onModel={onModel} />
          <Follow modeler={modeler} element={element} elements={elements} titleOf={titleOf} choose={choose} />
        </Group>
      )}
    </Fieldset>
  );
}

function isNamed(element: Element): boolean {
  return (
    !element.labelTarget && /Task|Event|Gateway|SubProcess|CallActivity|Flow|Participant/u.test(element.type)
  );
}

/** The one element that is chosen; drawn again with every change of it. */
function useSelection(modeler: Modeler): Element | null {
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const events = ["selection.changed", "commandStack.changed", "import.done"];
    service(modeler, "eventBus").on(events, again);
    return () => service(modeler, "eventBus").off(events, again);
  }, [modeler]);
  const [first, ...others] = service(modeler, "selection").get();
  const element = first?.labelTarget ?? first;
  return others.length === 0 && element ? element : null;
}

function Name({ modeler, element }: { modeler: Modeler; element: Element }) {
  const { t } = useTranslation("studio");
  const known = element.businessObject.name ?? "";
  const [value, setValue] = useState(known);
  return (
    <TextInput
      size="xs"
      label={t("element.name")}
      value={value}
      onChange={(event) => setValue(event.currentTarget.value)}
      onBlur={() => {
        if (value !== known) service(modeler, "modeling").updateLabel(element, value);
      }}
      onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
    />
  );
}

interface Identified {
  modeler: Modeler;
  element: Element;
  model: string;
  onModel: (text: string) => void;
}

/** The id binds the element to the model's text: where that names it, it is changed there too. */
function Id({ modeler, element, model, onModel }: Identified) {
  const { t } = useTranslation("studio");
  const [value, setValue] = useState(element.id);
  const isTaken = value !== element.id && Boolean(service(modeler, "moddle").ids.assigned(value));
  const wrong = !/^[A-Za-z_][\w.-]*$/.test(value)
    ? t("element.idWrong")
    : isTaken
      ? t("element.idTaken")
      : "";
  const found = renamed(model, element.id, value);

  function change() {
    if (wrong || value === element.id) return;
    service(modeler, "modeling").updateProperties(element, { id: value });
    if (found.count > 0) onModel(found.text);
  }

  return (
    <TextInput
      size="xs"
      label={t("element.id")}
      description={value === element.id ? undefined : t("element.idAlso", { count: found.count })}
      value={value}
      error={wrong}
      onChange={(event) => setValue(event.currentTarget.value)}
      onBlur={change}
      onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
    />
  );
}

interface Following {
  modeler: Modeler;
  element: Element;
  elements: Element[];
  titleOf: (element: Element) => string;
  choose: (id: string) => void;
}

/** What the pointer does on the drawing, for those who have none. */
function Follow({ modeler, element, elements, titleOf, choose }: Following) {
  const { t } = useTranslation("studio");
  const isNode = !element.waypoints && /Task|Event|Gateway|SubProcess|CallActivity/u.test(element.type);
  const targets = isNode ? elements.filter((other) => canConnect(modeler, element, other)) : [];

  function append(kind: string) {
    const shape = service(modeler, "elementFactory").createShape({ type: `bpmn:${kind}` });
    choose(service(modeler, "autoPlace").append(element, shape).id);
  }

  function connect(id: string) {
    const target = service(modeler, "elementRegistry").get(id);
    if (target) service(modeler, "modeling").connect(element, target);
  }

  return (
    <>
      {isNode && !element.type.includes("EndEvent") && (
        <Choice
          label={t("element.append")}
          choices={kinds.map((kind) => ({ value: kind, label: t(`element.kind.${kind}`) }))}
          onChoose={append}
        />
      )}
      {targets.length > 0 && (
        <Choice
          label={t("element.connect")}
          choices={targets.map((other) => ({ value: other.id, label: titleOf(other) }))}
          onChoose={connect}
        />
      )}
      <Button
        size="xs"
        variant="default"
        onClick={() => service(modeler, "modeling").removeElements([element])}
      >
        {t("element.remove")}
      </Button>
    </>
  );
}

interface Offered {
  label: string;
  choices: { value: string; label: string }[];
  onChoose: (value: string) => void;
}

function Choice({ label, choices, onChoose }: Offered) {
  return (
    <Menu position="top-start">
      <Menu.Target>
        <Button size="xs" variant="default">
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflowY: "auto" }}>
        {choices.map(({ value, label: text }) => (
          <Menu.Item key={value} onClick={() => onChoose(value)}>
            {text}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function canConnect(modeler: Modeler, source: Element, target: Element): boolean {
  if (source === target || target.waypoints) return false;
  return Boolean(service(modeler, "rules").allowed("connection.create", { source, target }));
}
