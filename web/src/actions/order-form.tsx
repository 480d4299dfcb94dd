// An order along the own chain of command: whom it may go to is offered, and nobody else.
import { NativeSelect, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { modelQuery } from "@/api/queries";
import { useNamed } from "@/parts/names";
import { useSession } from "@/session/session";
import { useName } from "@/text/language";

import { toMoment } from "./command";
import { CommandForm } from "./command-form";
import { MomentField, TextField } from "./fields";
import { belowOf } from "./recipients";

interface Props {
  caseId: string | undefined;
  onDone: () => void;
}

export function OrderForm({ caseId, onDone }: Props) {
  const { t } = useTranslation("actions");
  return (
    <CommandForm
      about={`order ${caseId ?? ""}`}
      initial={{ to: "", text: "", matter: "", by: "" }}
      submit={t("command.order")}
      toWritten={({ to, text, matter, by }) => {
        if (!to) return t("pickRecipient");
        const acknowledge_by = toMoment(by);
        return { type: "order", to, text, matter: matter || null, case: caseId ?? null, acknowledge_by };
      }}
      fields={(values, set) => (
        <>
          <BelowField value={values.to} onChange={(to) => set({ to })} />
          <TextField
            label={t("field.text.order")}
            rows={6}
            value={values.text}
            onChange={(text) => set({ text })}
          />
          <MatterField value={values.matter} onChange={(matter) => set({ matter })} />
          <MomentField label={t("field.acknowledgeBy")} value={values.by} onChange={(by) => set({ by })} />
        </>
      )}
      onDone={onDone}
    />
  );
}

interface Field {
  value: string;
  onChange: (value: string) => void;
}

function BelowField({ value, onChange }: Field) {
  const { t } = useTranslation("actions");
  const { data } = useQuery(modelQuery);
  const { post } = useSession();
  const place = useNamed("headquarters");
  const name = useNamed("posts");
  const below = data ? belowOf(data, post) : [];
  return (
    <Select
      comboboxProps={{ withinPortal: false }}
      openOnFocus={false}
      label={t("field.orderTo")}
      description={t("field.orderToHelp")}
      searchable
      withAsterisk
      data-autofocus
      nothingFoundMessage={t("nothingFound")}
      data={below.map(({ headquarters, isOwn, posts }) => ({
        group: place(headquarters),
        items: [
          ...(isOwn
            ? []
            : [{ value: headquarters, label: t("group.whole", { party: place(headquarters) }) }]),
          ...posts.map((entry) => ({ value: entry, label: name(entry) })),
        ],
      }))}
      value={value || null}
      onChange={(next) => onChange(next ?? "")}
    />
  );
}

function MatterField({ value, onChange }: Field) {
  const { t } = useTranslation("actions");
  const { data } = useQuery(modelQuery);
  const name = useName();
  return (
    <NativeSelect
      label={t("field.matter")}
      data={[
        { value: "", label: t("field.noMatter") },
        ...(data?.matters ?? []).map((matter) => ({
          value: matter.id,
          label: name(matter.name) || matter.id,
        })),
      ]}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
