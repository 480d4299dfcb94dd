// Ending a conference: the minutes as this side has them, and what it decides where the model says that it does.
import { Radio, Stack, Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useNamed } from "@/parts/names";

import { CommandForm } from "./command-form";
import type { ItemBrief } from "./offer";

interface Props {
  item: ItemBrief;
  onDone: () => void;
}

export function EndForm({ item, onDone }: Props) {
  const { t } = useTranslation("actions");
  return (
    <CommandForm
      about={`end ${item.id}`}
      initial={{ minutes: "", outcome: "" }}
      submit={t("command.end")}
      toWritten={({ minutes, outcome }) => ({ type: "end", item: item.id, minutes, outcome: pairs(outcome) })}
      fields={({ minutes, outcome }, set, refusal) => (
        <>
          <Textarea
            label={t("field.minutes")}
            description={t("field.minutesHelp")}
            autosize
            minRows={6}
            maxLength={20000}
            required
            data-autofocus
            value={minutes}
            onChange={(event) => set({ minutes: event.currentTarget.value })}
          />
          <Outcome
            possible={refusal?.possible.map((one) => one.target).filter((one) => one.includes("=")) ?? []}
            value={outcome}
            onChange={(next) => set({ outcome: next })}
          />
        </>
      )}
      onDone={onDone}
    />
  );
}

/** What a conference decides is known to the node only: it says so when nothing was said. */
function Outcome(given: { possible: string[]; value: string; onChange: (outcome: string) => void }) {
  const { t } = useTranslation("actions");
  const attribute = useNamed("attributes");
  const { value, onChange } = given;
  const possible = given.possible.length > 0 || !value ? given.possible : [value];
  if (possible.length === 0) return null;
  const told = (outcome: string) =>
    Object.entries(pairs(outcome))
      .map(([id, chosen]) => `${attribute(id)}: ${chosen}`)
      .join(t("comma"));
  return (
    <Radio.Group label={t("field.outcome")} value={value} onChange={onChange}>
      <Stack gap="xs" mt="xs">
        {possible.map((outcome) => (
          <Radio key={outcome} value={outcome} label={told(outcome)} />
        ))}
      </Stack>
    </Radio.Group>
  );
}

/** Read `attribute=value,attribute=value`, as refusals write it. */
function pairs(outcome: string): Record<string, string> {
  const split = outcome.split(",").map((pair) => pair.split("="));
  return Object.fromEntries(split.flatMap(([id, value]) => (id && value ? [[id, value]] : [])));
}
