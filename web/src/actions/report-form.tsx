// A situation report: what is known, what was done, what is needed.
import { useTranslation } from "react-i18next";

import { CommandForm } from "./command-form";
import { FilesField, type Label, LabelField, RecipientsField, TextField, usePartnersAmong } from "./fields";
import { useMembers } from "./write-form";

const empty = {
  situation: "",
  actions: "",
  needs: "",
  to: [] as string[],
  label: null as Label | null,
  attachments: [] as string[],
};

export function ReportForm({ caseId, onDone }: { caseId: string; onDone: () => void }) {
  const { t } = useTranslation("actions");
  const partnersAmong = usePartnersAmong();
  const members = useMembers(caseId);
  return (
    <CommandForm<typeof empty>
      about={`report ${caseId}`}
      initial={empty}
      submit={t("command.report")}
      toWritten={(values) =>
        partnersAmong(values.to).length > 0 && !values.label
          ? t("labelNeeded")
          : { ...values, type: "report", case: caseId }
      }
      fields={(values, set) => (
        <>
          <TextField
            first
            label={t("field.situation")}
            value={values.situation}
            onChange={(situation) => set({ situation })}
          />
          {(["actions", "needs"] as const).map((key) => (
            <TextField
              key={key}
              label={t(`field.${key}`)}
              rows={2}
              most={2000}
              required={false}
              value={values[key]}
              onChange={(text) => set({ [key]: text })}
            />
          ))}
          <RecipientsField
            required={false}
            value={values.to}
            onChange={(to) => set({ to })}
            parties={members}
          />
          <FilesField
            caseId={caseId}
            value={values.attachments}
            onChange={(attachments) => set({ attachments })}
          />
          <LabelField
            value={values.label}
            onChange={(label) => set({ label })}
            partners={partnersAmong(values.to)}
          />
        </>
      )}
      onDone={onDone}
    />
  );
}
