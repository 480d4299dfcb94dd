// The form of each command about a piece of work.
import { Radio, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { postsQuery } from "@/api/queries";
import { useNamed } from "@/parts/names";
import { useName } from "@/text/language";

import type { Way } from "./alternatives";
import type { Kind, Written } from "./command";
import { CommandForm } from "./command-form";
import type { TaskWork, Work } from "./offer";
import { WaysForm } from "./ways-form";

interface Props {
  work: Work;
  command: Kind;
  onDone: () => void;
}

export function WorkForm({ work, command, onDone }: Props) {
  const about = `${command} ${work.id}`;
  const given = { about, command, onDone };
  if (work.kind === "choice")
    return (
      <WaysForm
        {...given}
        ways={work.alternatives}
        toWritten={(way) => ({ ...said(way), type: "choose", case: work.case, gateway: work.gateway })}
      />
    );
  if (work.kind === "attribute") return <SetForm work={work} about={about} onDone={onDone} />;
  if (work.kind === "event")
    return <PlainForm {...given} written={{ type: "occur", case: work.case, event: work.event }} />;
  return <TaskForm work={work} {...given} />;
}

function said(way: Way) {
  return { flows: way.flows.map((flow) => flow.id), again: way.again };
}

interface Given {
  about: string;
  command: Kind;
  onDone: () => void;
}

function TaskForm({ work, ...given }: Given & { work: TaskWork }) {
  const { case: id, task, alternatives } = work;
  switch (given.command) {
    case "delegate":
      return <DelegateForm work={work} {...given} />;
    case "claim":
    case "return":
      return <PlainForm {...given} written={{ type: given.command, case: id, task }} />;
    case "approve":
    case "deny": {
      const type = given.command;
      const ways = alternatives.filter((one) => Boolean(one.consents) === (type === "approve"));
      const written = (way?: Way): Written => ({ type, case: id, task, outcome: way?.outcome ?? {} });
      // Without an outcome that means refusal, the task stays open, and it is known that consent was denied.
      return ways.length === 0 ? (
        <PlainForm {...given} written={written()} hint="staysOpen" />
      ) : (
        <WaysForm {...given} ways={ways} toWritten={written} />
      );
    }
    default:
      return (
        <WaysForm
          {...given}
          ways={alternatives}
          toWritten={(way) => ({ type: "complete", case: id, task, outcome: way.outcome, ...said(way) })}
        />
      );
  }
}

/** A form with nothing to fill in but why, and when it happened. */
export function PlainForm({
  about,
  command,
  written,
  hint,
  onDone,
}: Given & { written: Written; hint?: "staysOpen" | undefined }) {
  const { t } = useTranslation("actions");
  return (
    <Stack>
      {hint && <Text size="sm">{t(hint)}</Text>}
      <CommandForm
        about={about}
        initial={{}}
        submit={t(`command.${command}`)}
        toWritten={() => written}
        onDone={onDone}
      />
    </Stack>
  );
}

function DelegateForm({ work, about, onDone }: Given & { work: TaskWork }) {
  const { t } = useTranslation("actions");
  const { data } = useQuery(postsQuery);
  const name = useName();
  const deputies = data?.find((entry) => entry.id === work.post)?.deputies ?? [];
  const manned = (id: string) => data?.find((entry) => entry.id === id)?.manned;
  return (
    <CommandForm
      about={about}
      initial={{ to: "" }}
      submit={t("command.delegate")}
      toWritten={({ to }) =>
        to ? { type: "delegate", case: work.case, task: work.task, to } : t("pickDeputy")
      }
      fields={({ to }, set) => (
        <Radio.Group label={t("delegateTo")} value={to} onChange={(next) => set({ to: next })} required>
          <Stack gap="xs" mt="xs">
            {deputies.map((deputy, at) => (
              <Radio
                key={deputy.id}
                value={deputy.id}
                label={name(deputy.name) || deputy.id}
                description={t(manned(deputy.id) ? "manned" : "unmanned")}
                data-autofocus={at === 0 || undefined}
              />
            ))}
          </Stack>
        </Radio.Group>
      )}
      onDone={onDone}
    />
  );
}

interface SetProps {
  work: Extract<Work, { kind: "attribute" }>;
  about: string;
  onDone: () => void;
}

function SetForm({ work, about, onDone }: SetProps) {
  const { t } = useTranslation("actions");
  const named = useNamed("attributes");
  const { case: id, attribute, values } = work;
  return (
    <CommandForm
      about={about}
      initial={{ value: "" }}
      submit={t("command.set")}
      toWritten={({ value }) => (value ? { type: "set", case: id, attribute, value } : t("pickWay"))}
      fields={({ value }, set) => (
        <Radio.Group
          label={named(attribute)}
          value={value}
          onChange={(next) => set({ value: next })}
          required
        >
          <Stack gap="xs" mt="xs">
            {values.map((entry, at) => (
              <Radio key={entry} value={entry} label={entry} data-autofocus={at === 0 || undefined} />
            ))}
          </Stack>
        </Radio.Group>
      )}
      onDone={onDone}
    />
  );
}
