// The form of each command about an item.
import { NumberInput, Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { LabelPicker } from "@/parts/label-picker";
import { useSession } from "@/session/session";

import type { Kind } from "./command";
import { CommandForm } from "./command-form";
import { FilesField } from "./fields";
import { plainOfItem } from "./item-offers";
import type { ItemBrief } from "./offer";
import { EndForm } from "./end-form";
import { PlainForm } from "./work-form";

type Label = Schemas["Label"];

interface Props {
  item: ItemBrief;
  command: Kind;
  onDone: () => void;
}

export function ItemForm({ item, command, onDone }: Props) {
  if (command === "answer") return <AnswerForm item={item} onDone={onDone} />;
  if (command === "offer") return <OfferForm item={item} onDone={onDone} />;
  if (command === "end") return <EndForm item={item} onDone={onDone} />;
  return (
    <PlainForm
      about={`${command} ${item.id}`}
      command={command}
      written={plainOfItem(item, command)}
      onDone={onDone}
    />
  );
}

/** Partners that learn of what is done about an item: whoever made it. */
function usePartners(item: ItemBrief): string[] {
  const { me } = useSession();
  return item.origin === me.party ? [] : [item.origin];
}

function AnswerForm({ item, onDone }: Omit<Props, "command">) {
  const { t } = useTranslation("actions");
  const partners = usePartners(item);
  return (
    <CommandForm
      about={`answer ${item.id}`}
      initial={{ text: "", label: null as Label | null, attachments: [] as string[] }}
      submit={t("command.answer")}
      toWritten={({ text, label, attachments }) =>
        partners.length > 0 && !label
          ? t("labelNeeded")
          : { type: "answer", item: item.id, text, label, attachments }
      }
      fields={(values, set) => (
        <>
          <Textarea
            label={t("field.answer")}
            description={item.text}
            autosize
            minRows={4}
            maxLength={20000}
            required
            data-autofocus
            value={values.text}
            onChange={(event) => set({ text: event.currentTarget.value })}
          />
          <FilesField
            caseId={item.case}
            value={values.attachments}
            onChange={(attachments) => set({ attachments })}
          />
          {partners.length > 0 && (
            <LabelPicker
              value={values.label}
              onChange={(label) => set({ label })}
              partners={partners}
              required
            />
          )}
        </>
      )}
      onDone={onDone}
    />
  );
}

function OfferForm({ item, onDone }: Omit<Props, "command">) {
  const { t } = useTranslation("actions");
  const partners = usePartners(item);
  return (
    <CommandForm
      about={`offer ${item.id}`}
      initial={{ text: "", quantity: 1, label: null as Label | null }}
      submit={t("command.offer")}
      toWritten={({ text, quantity, label }) =>
        partners.length > 0 && !label
          ? t("labelNeeded")
          : { type: "offer", item: item.id, text, quantity, label }
      }
      fields={(values, set) => (
        <>
          <Textarea
            label={t("field.offer")}
            description={item.text}
            autosize
            minRows={3}
            maxLength={20000}
            required
            data-autofocus
            value={values.text}
            onChange={(event) => set({ text: event.currentTarget.value })}
          />
          <NumberInput
            label={t("field.quantity")}
            min={1}
            max={1_000_000}
            allowDecimal={false}
            value={values.quantity}
            onChange={(quantity) => set({ quantity: Number(quantity) || 1 })}
          />
          {partners.length > 0 && (
            <LabelPicker
              value={values.label}
              onChange={(label) => set({ label })}
              partners={partners}
              required
            />
          )}
        </>
      )}
      onDone={onDone}
    />
  );
}
