// Fields that several forms have: to whom, about which files, by which channel, by when, under which label.
import { MultiSelect, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { itemsQuery, modelQuery } from "@/api/queries";
import { LabelPicker } from "@/parts/label-picker";
import { useSession } from "@/session/session";
import { localZone } from "@/text/formats";
import { useName } from "@/text/language";

import { partnersOf, recipientGroups } from "./recipients";

export type Label = Schemas["Label"];

interface Field<T> {
  value: T;
  onChange: (value: T) => void;
}

interface TextFieldProps extends Field<string> {
  label: string;
  description?: string;
  rows?: number;
  required?: boolean;
  first?: boolean;
  most?: number;
}

export function TextField({
  rows = 4,
  required = true,
  first = false,
  most = 20000,
  ...field
}: TextFieldProps) {
  return (
    <Textarea
      label={field.label}
      description={field.description}
      autosize
      minRows={rows}
      maxLength={most}
      required={required}
      data-autofocus={first || undefined}
      value={field.value}
      onChange={(event) => field.onChange(event.currentTarget.value)}
    />
  );
}

interface RecipientsProps extends Field<string[]> {
  /** Parties that may hear of it; all where absent. */
  parties?: readonly string[] | undefined;
  required?: boolean;
  first?: boolean;
}

/** Own posts, partners, posts of partners. */
export function RecipientsField({
  value,
  onChange,
  parties,
  required = true,
  first = false,
}: RecipientsProps) {
  const { t } = useTranslation("actions");
  const { data } = useQuery(modelQuery);
  const { me } = useSession();
  const name = useName();
  const groups = data ? recipientGroups(data, me.party, parties) : [];
  return (
    <MultiSelect
      comboboxProps={{ withinPortal: false }}
      openOnFocus={false}
      label={t("field.to")}
      searchable
      clearable
      hidePickedOptions
      withAsterisk={required}
      data-autofocus={first || undefined}
      nothingFoundMessage={t("nothingFound")}
      clearButtonProps={{ "aria-label": t("field.toClear") }}
      data={groups.map(({ party, own, entries }) => ({
        group: t(own ? "group.own" : "group.partner", { party: name(party) }),
        items: entries.map((entry) => ({
          value: entry.id,
          label: entry.isParty ? t("group.whole", { party: name(entry.name) }) : name(entry.name) || entry.id,
        })),
      }))}
      value={value}
      onChange={onChange}
    />
  );
}

/** Return a function that gives the partners among recipients: where there are any, a label is needed. */
export function usePartnersAmong(): (to: readonly string[]) => string[] {
  const { data } = useQuery(modelQuery);
  const { me } = useSession();
  return (to) => (data ? partnersOf(data, me.party, to) : []);
}

interface LabelFieldProps extends Field<Label | null> {
  partners: string[];
  channel?: string;
}

/** The label, asked for where something leaves the party. */
export function LabelField({ value, onChange, partners, channel }: LabelFieldProps) {
  if (partners.length === 0) return null;
  return (
    <LabelPicker
      value={value}
      onChange={onChange}
      partners={partners}
      required
      {...(channel ? { channel } : {})}
    />
  );
}

export function ChannelField({ value, onChange, partners }: Field<string> & { partners: string[] }) {
  const { t } = useTranslation("actions");
  const { data } = useQuery(modelQuery);
  const name = useName();
  const channels = data?.channels ?? [];
  if (partners.length === 0 || channels.length === 0) return null;
  return (
    <NativeSelect
      label={t("field.channel")}
      description={t("field.channelHelp")}
      data={[
        { value: "", label: t("field.anyChannel") },
        ...channels.map((channel) => ({
          value: channel.id,
          label: channel.ceiling
            ? t("field.channelUpTo", { channel: name(channel.name) || channel.id, label: channel.ceiling })
            : name(channel.name) || channel.id,
        })),
      ]}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** Files that were attached to a case. */
export function FilesField({ caseId, value, onChange }: Field<string[]> & { caseId: string | undefined }) {
  const { t } = useTranslation("actions");
  const { data } = useQuery({
    ...itemsQuery({ kind: "file", case: caseId ?? "" }),
    enabled: Boolean(caseId),
  });
  const files = (data ?? []).flatMap((item) => (item.what === "file" ? [item.terms] : []));
  const named = new Map(files.map((file) => [file.digest, file.name]));
  if (named.size === 0) return null;
  return (
    <MultiSelect
      comboboxProps={{ withinPortal: false }}
      openOnFocus={false}
      label={t("field.files")}
      data={[...named].map(([digest, label]) => ({ value: digest, label }))}
      value={value}
      onChange={onChange}
    />
  );
}

interface MomentProps extends Field<string> {
  label: string;
}

export function MomentField({ label, value, onChange }: MomentProps) {
  const { t } = useTranslation("actions");
  const zone = localZone();
  return (
    <TextInput
      type="datetime-local"
      label={label}
      description={t("aside.happenedHelp", { zone })}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
