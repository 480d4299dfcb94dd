// A message, a request for information, a request for support: to own posts, partners, or both.
import { Group, NumberInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { caseQuery } from "@/api/queries";

import { toMoment, type Written } from "./command";
import { CommandForm } from "./command-form";
import {
  ChannelField,
  FilesField,
  type Label,
  LabelField,
  MomentField,
  RecipientsField,
  TextField,
  usePartnersAmong,
} from "./fields";

type Kind = "send" | "ask" | "request-support";

interface Props {
  kind: Kind;
  caseId: string | undefined;
  onDone: () => void;
}

const empty = {
  to: [] as string[],
  text: "",
  label: null as Label | null,
  channel: "",
  attachments: [] as string[],
  needBy: "",
  quantity: 1,
  unit: "",
};
type Values = typeof empty;

/** Parties that take part in a case; undefined where it is about none, or not known yet. */
export function useMembers(caseId: string | undefined): string[] | undefined {
  const { data } = useQuery({ ...caseQuery(caseId ?? ""), enabled: Boolean(caseId) });
  return data && [data.origin, ...data.parties];
}

export function WriteForm({ kind, caseId, onDone }: Props) {
  const { t } = useTranslation("actions");
  const partnersAmong = usePartnersAmong();
  return (
    <CommandForm<Values>
      about={`${kind} ${caseId ?? ""}`}
      initial={empty}
      submit={t(`command.${kind}`)}
      toWritten={(values) => {
        if (values.to.length === 0) return t("pickRecipient");
        if (partnersAmong(values.to).length > 0 && !values.label) return t("labelNeeded");
        return written(kind, caseId, values);
      }}
      fields={(values, set) => <Fields kind={kind} caseId={caseId} values={values} set={set} />}
      onDone={onDone}
    />
  );
}

function written(kind: Kind, caseId: string | undefined, values: Values): Written {
  const { to, text, label, channel } = values;
  const addressed = { to, text, label, channel: channel || null, case: caseId ?? null };
  switch (kind) {
    case "send":
      return { ...addressed, type: kind, attachments: values.attachments };
    case "ask":
      return { ...addressed, type: kind, need_by: toMoment(values.needBy) };
    case "request-support": {
      const { quantity, unit } = values;
      return { ...addressed, type: kind, quantity, unit, need_by: toMoment(values.needBy) };
    }
  }
}

interface FieldsProps {
  kind: Kind;
  caseId: string | undefined;
  values: Values;
  set: (change: Partial<Values>) => void;
}

function Fields({ kind, caseId, values, set }: FieldsProps) {
  const { t } = useTranslation("actions");
  const partners = usePartnersAmong()(values.to);
  return (
    <>
      <RecipientsField first value={values.to} onChange={(to) => set({ to })} parties={useMembers(caseId)} />
      <TextField label={t(`field.text.${kind}`)} value={values.text} onChange={(text) => set({ text })} />
      {kind === "request-support" && <Quantity values={values} set={set} />}
      {kind === "send" ? (
        <FilesField
          caseId={caseId}
          value={values.attachments}
          onChange={(attachments) => set({ attachments })}
        />
      ) : (
        <MomentField label={t("field.needBy")} value={values.needBy} onChange={(needBy) => set({ needBy })} />
      )}
      <ChannelField value={values.channel} onChange={(channel) => set({ channel })} partners={partners} />
      <LabelField
        value={values.label}
        onChange={(label) => set({ label })}
        partners={partners}
        channel={values.channel}
      />
    </>
  );
}

function Quantity({ values, set }: Pick<FieldsProps, "values" | "set">) {
  const { t } = useTranslation("actions");
  return (
    <Group grow align="start">
      <NumberInput
        label={t("field.quantity")}
        min={1}
        max={1_000_000}
        allowDecimal={false}
        value={values.quantity}
        onChange={(quantity) => set({ quantity: Number(quantity) || 1 })}
      />
      <TextInput
        label={t("field.unit")}
        maxLength={100}
        value={values.unit}
        onChange={(event) => set({ unit: event.currentTarget.value })}
      />
    </Group>
  );
}
