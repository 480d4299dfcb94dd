// Opening a case: what has happened, its title, and which partners are told. Attributes are set in the case.
import { Checkbox, Select, Stack, Switch, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { CommandForm } from "@/actions/command-form";
import type { Schemas } from "@/api/client";
import { modelQuery } from "@/api/queries";
import { Loading } from "@/parts/problem";
import { LabelPicker } from "@/parts/label-picker";
import { useNamed } from "@/parts/names";
import { useName } from "@/text/language";

type Model = Schemas["ModelView"];

const empty = {
  /** `contingency:` or `process:` with its id. */
  what: "",
  title: "",
  /** Partners that are not told. */
  untold: [] as string[],
  label: null as Schemas["Label"] | null,
  exercise: false,
};
type Values = typeof empty;

export function OpenForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation("cases");
  const { data } = useQuery(modelQuery);
  if (!data) return <Loading />;
  return (
    <CommandForm<Values>
      about="open"
      initial={empty}
      submit={t("list.open")}
      toWritten={(values) => {
        const { title, label, exercise } = values;
        if (!values.what) return t("list.pickWhat");
        const share = partners(data, values.what).filter((party) => !values.untold.includes(party));
        return { type: "open", ...opened(values.what), title, attributes: {}, share, label, exercise };
      }}
      fields={(values, set) => <Fields model={data} values={values} set={set} />}
      onDone={onDone}
    />
  );
}

function opened(what: string): { contingency: string | null; process: string | null } {
  const [kind, id = ""] = what.split(":");
  return kind === "contingency" ? { contingency: id, process: null } : { contingency: null, process: id };
}

function processOf(model: Model, what: string): Model["processes"][number] | undefined {
  const { contingency, process } = opened(what);
  const id = contingency ? model.contingencies.find((entry) => entry.id === contingency)?.process : process;
  return model.processes.find((entry) => entry.id === id);
}

function partners(model: Model, what: string): string[] {
  return (processOf(model, what)?.parties ?? []).filter((party) => party !== model.party);
}

interface FieldsProps {
  model: Model;
  values: Values;
  set: (change: Partial<Values>) => void;
}

function Fields({ model, values, set }: FieldsProps) {
  const { t } = useTranslation("cases");
  const told = partners(model, values.what).filter((party) => !values.untold.includes(party));
  return (
    <>
      <WhatField model={model} value={values.what} onChange={(what) => set({ what, untold: [] })} />
      <TextInput
        label={t("list.titleField")}
        description={t("list.titleHelp")}
        required
        maxLength={20000}
        value={values.title}
        onChange={(event) => set({ title: event.currentTarget.value })}
      />
      <Told model={model} values={values} set={set} />
      {told.length > 0 && (
        <LabelPicker value={values.label} onChange={(label) => set({ label })} partners={told} />
      )}
      <Switch
        label={t("list.exerciseField")}
        checked={values.exercise}
        onChange={(event) => set({ exercise: event.currentTarget.checked })}
      />
    </>
  );
}

interface WhatProps {
  model: Model;
  value: string;
  onChange: (what: string) => void;
}

function WhatField({ model, value, onChange }: WhatProps) {
  const { t } = useTranslation("cases");
  const name = useName();
  const own = model.processes.filter((entry) => entry.takes_part);
  const ids = new Set(own.map((entry) => entry.id));
  return (
    <Select
      comboboxProps={{ withinPortal: false }}
      openOnFocus={false}
      label={t("list.what")}
      withAsterisk
      searchable
      data-autofocus
      nothingFoundMessage={t("list.noneFound")}
      data={[
        {
          group: t("list.contingencies"),
          items: model.contingencies
            .filter((entry) => ids.has(entry.process))
            .map((entry) => ({ value: `contingency:${entry.id}`, label: name(entry.name) || entry.id })),
        },
        {
          group: t("list.byHand"),
          items: own.map((entry) => ({ value: `process:${entry.id}`, label: name(entry.name) || entry.id })),
        },
      ]}
      value={value || null}
      onChange={(next) => onChange(next ?? "")}
    />
  );
}

function Told({ model, values, set }: FieldsProps) {
  const { t } = useTranslation("cases");
  const party = useNamed("parties");
  const others = partners(model, values.what);
  if (others.length === 0) return null;
  return (
    <Checkbox.Group
      label={t("list.told")}
      description={t("list.toldHelp")}
      value={others.filter((id) => !values.untold.includes(id))}
      onChange={(told) => set({ untold: others.filter((id) => !told.includes(id)) })}
    >
      <Stack gap="xs" mt="xs">
        {others.map((id) => (
          <Checkbox key={id} value={id} label={party(id)} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
