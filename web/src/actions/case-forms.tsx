// What concerns a case as a whole: its attributes, its entries, its consents, its model, its end.
import { Alert, Button, Group, NumberInput, Radio, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { caseQuery, modelQuery } from "@/api/queries";
import { useNamed } from "@/parts/names";
import { useName } from "@/text/language";

import { CommandForm } from "./command-form";
import { TextField } from "./fields";
import { PlainForm, WorkForm } from "./work-form";

interface Props {
  caseId: string;
  onDone: () => void;
}

/** Attributes that are open now; which is asked first where there are several. */
export function SetInCaseForm({ caseId, onDone }: Props) {
  const { t } = useTranslation("actions");
  const name = useName();
  const { data } = useQuery(caseQuery(caseId));
  const [picked, setPicked] = useState("");
  const open = (data?.work ?? []).filter((work) => work.kind === "attribute");
  const work = open.find((entry) => entry.attribute === picked) ?? (open.length === 1 ? open[0] : undefined);
  if (data && open.length === 0) return <Text>{t("noAttribute")}</Text>;
  if (work) return <WorkForm work={work} command="set" onDone={onDone} />;
  return (
    <Group>
      {open.map((entry) => (
        <Button key={entry.id} variant="default" onClick={() => setPicked(entry.attribute)}>
          {name(entry.name)}
        </Button>
      ))}
    </Group>
  );
}

export function CorrectForm({ caseId, onDone }: Props) {
  const { t } = useTranslation("actions");
  return (
    <CommandForm
      about={`correct ${caseId}`}
      initial={{ entry: 0, text: "" }}
      submit={t("command.correct")}
      toWritten={({ entry, text }) => (entry > 0 ? { type: "correct", entry, text } : t("pickEntry"))}
      fields={({ entry, text }, set) => (
        <>
          <NumberInput
            label={t("field.entry")}
            description={t("field.entryHelp")}
            min={1}
            allowDecimal={false}
            required
            data-autofocus
            value={entry || ""}
            onChange={(next) => set({ entry: Number(next) || 0 })}
          />
          <TextField label={t("field.correction")} value={text} onChange={(next) => set({ text: next })} />
        </>
      )}
      onDone={onDone}
    />
  );
}

/** Take a consent back that is in force. */
export function ConsentForm({ caseId, onDone }: Props) {
  const { t } = useTranslation("actions");
  const named = useNamed("matters");
  const { data } = useQuery(caseQuery(caseId));
  const held = (data?.consents ?? []).filter((consent) => consent.own && consent.in_force);
  if (data && held.length === 0) return <Text>{t("noConsent")}</Text>;
  return (
    <CommandForm
      about={`withdraw ${caseId}`}
      initial={{ matter: "" }}
      submit={t("command.withdraw")}
      color="red.9"
      toWritten={({ matter }) => (matter ? { type: "withdraw", case: caseId, matter } : t("pickMatter"))}
      fields={({ matter }, set) => (
        <Radio.Group
          label={t("field.consent")}
          description={t("field.consentHelp")}
          value={matter}
          onChange={(next) => set({ matter: next })}
          required
        >
          <Stack gap="xs" mt="xs">
            {held.map((consent) => (
              <Radio key={consent.id} value={consent.matter} label={named(consent.matter)} />
            ))}
          </Stack>
        </Radio.Group>
      )}
      onDone={onDone}
    />
  );
}

export function MoveForm({ caseId, onDone }: Props) {
  const { t } = useTranslation("actions");
  const name = useName();
  const { data: model } = useQuery(modelQuery);
  const { data } = useQuery(caseQuery(caseId));
  const isThere = data !== undefined && model?.digest === data.digest && model.option === data.option;
  return (
    <Stack>
      <Text size="sm">{t("moveHelp", { model: name(model?.name) })}</Text>
      {isThere && <Alert color="gray">{t("moveThere")}</Alert>}
      <PlainForm
        about={`move ${caseId}`}
        command="move"
        written={{ type: "move", case: caseId }}
        onDone={onDone}
      />
    </Stack>
  );
}

export function CloseForm({ caseId, onDone }: Props) {
  const { t } = useTranslation("actions");
  return (
    <Stack>
      <Alert color="yellow">{t("closeHelp")}</Alert>
      <PlainForm
        about={`close ${caseId}`}
        command="close"
        written={{ type: "close", case: caseId }}
        onDone={onDone}
      />
    </Stack>
  );
}
