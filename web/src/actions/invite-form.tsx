// An invitation: to a conference of the model, or to one on any subject.
import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { caseQuery } from "@/api/queries";
import { useSession } from "@/session/session";
import { useName } from "@/text/language";

import { toMoment } from "./command";
import { CommandForm } from "./command-form";
import { type Label, LabelField, MomentField, RecipientsField, TextField, usePartnersAmong } from "./fields";
import { useMembers } from "./write-form";

const empty = {
  conference: "",
  to: [] as string[],
  subject: "",
  begins: "",
  label: null as Label | null,
};
type Values = typeof empty;

export function InviteForm({ caseId, onDone }: { caseId: string; onDone: () => void }) {
  const { t } = useTranslation("actions");
  const partners = useInvited(caseId);
  const members = useMembers(caseId);
  return (
    <CommandForm<Values>
      about={`invite ${caseId}`}
      initial={empty}
      submit={t("command.invite")}
      toWritten={(values) => {
        const { subject, label, conference } = values;
        if (!conference && values.to.length === 0) return t("pickRecipient");
        if (partners(values).length > 0 && !label) return t("labelNeeded");
        const to = conference ? [] : values.to;
        const begins = toMoment(values.begins);
        return { type: "invite", case: caseId, conference: conference || null, to, subject, begins, label };
      }}
      fields={(values, set) => (
        <>
          <ConferenceField
            caseId={caseId}
            value={values.conference}
            onChange={(conference) => set({ conference })}
          />
          {!values.conference && (
            <RecipientsField value={values.to} onChange={(to) => set({ to })} parties={members} />
          )}
          <TextField
            label={t("field.subject")}
            rows={2}
            value={values.subject}
            onChange={(subject) => set({ subject })}
          />
          <MomentField
            label={t("field.begins")}
            value={values.begins}
            onChange={(begins) => set({ begins })}
          />
          <LabelField value={values.label} onChange={(label) => set({ label })} partners={partners(values)} />
        </>
      )}
      onDone={onDone}
    />
  );
}

function useConferences(caseId: string): Schemas["ConferenceOfCase"][] {
  const { data } = useQuery(caseQuery(caseId));
  // Those without an id of the model are items already.
  return (data?.conferences ?? []).filter((entry) => entry.posts.length > 0);
}

/** Partners that an invitation goes to. */
function useInvited(caseId: string): (values: Values) => string[] {
  const conferences = useConferences(caseId);
  const { me } = useSession();
  const partnersAmong = usePartnersAmong();
  return ({ conference, to }) => {
    const held = conferences.find((entry) => entry.id === conference);
    if (!held) return partnersAmong(to);
    return held.parties.map((party) => party.id).filter((party) => party !== me.party);
  };
}

interface FieldProps {
  caseId: string;
  value: string;
  onChange: (conference: string) => void;
}

function ConferenceField({ caseId, value, onChange }: FieldProps) {
  const { t } = useTranslation("actions");
  const name = useName();
  const conferences = useConferences(caseId);
  return (
    <NativeSelect
      label={t("field.conference")}
      data-autofocus
      data={[
        { value: "", label: t("field.anySubject") },
        ...conferences.map((entry) => ({ value: entry.id, label: name(entry.name) || entry.id })),
      ]}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
