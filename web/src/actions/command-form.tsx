// What all forms have in common: a draft that survives, a reason, a moment, the refusal where it belongs.
import { Alert, Button, Collapse, Group, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { type ReactNode, type SubmitEvent, useState } from "react";
import { useTranslation } from "react-i18next";

import type { ErrorBody } from "@/api/client";
import { useDraft } from "@/outbox/drafts";
import { useAsk } from "@/parts/outcome";
import { RefusalNote } from "@/parts/problem";
import { useSession } from "@/session/session";
import { localZone } from "@/text/formats";

import { type Aside, noAside, toCommand, type Written } from "./command";

interface Draft<V> {
  values: V;
  aside: Aside;
}

/** What is filled in; told of the last refusal, which may say what is possible. */
type Fields<V> = (values: V, set: (change: Partial<V>) => void, refusal: ErrorBody | null) => ReactNode;

export interface CommandFormProps<V> {
  /** What the draft is about: the command, and the case or item. The post is added. */
  about: string;
  initial: V;
  submit: string;
  color?: string | undefined;
  /** The command, or what is still missing, in words. */
  toWritten: (values: V) => Written | string;
  fields?: Fields<V> | undefined;
  /** Post in whose name it is given, where that is not the current one. */
  as?: string;
  onDone: () => void;
}

export function CommandForm<V extends object>(props: CommandFormProps<V>) {
  const { t } = useTranslation("actions");
  const { post } = useSession();
  const first: Draft<V> = { values: props.initial, aside: noAside };
  const [kept, keep, clear] = useDraft<Draft<V>>(`${props.about} ${post}`, first);
  // A draft of an earlier version of this form may lack what is new.
  const draft = { values: { ...props.initial, ...kept.values }, aside: { ...noAside, ...kept.aside } };
  const { ask, busy, refusal } = useAsk();
  const [missing, setMissing] = useState("");

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    event.stopPropagation();
    const written = props.toWritten(draft.values);
    setMissing(typeof written === "string" ? written : "");
    if (typeof written === "string" || !(await ask(toCommand(written, draft.aside), props.as))) return;
    clear();
    props.onDone();
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack>
        {props.fields?.(
          draft.values,
          (change) => keep({ ...draft, values: { ...draft.values, ...change } }),
          refusal,
        )}
        <AsideFields aside={draft.aside} onChange={(aside) => keep({ ...draft, aside })} />
        {missing && (
          <Alert color="yellow" role="alert">
            {missing}
          </Alert>
        )}
        {refusal && <RefusalNote error={refusal} />}
        <Group justify="space-between">
          <Text size="xs" c="dimmed">
            {props.fields ? t("draftKept") : ""}
          </Text>
          <Button
            type="submit"
            loading={busy}
            color={props.color}
            data-autofocus={!props.fields || undefined}
          >
            {props.submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Why, and when it happened: asked for by those who need it, shown once something is written there. */
function AsideFields({ aside, onChange }: { aside: Aside; onChange: (aside: Aside) => void }) {
  const { t } = useTranslation("actions");
  const [isOpen, { toggle }] = useDisclosure();
  const isShown = isOpen || aside.note !== "" || aside.happened !== "";
  const zone = localZone();
  return (
    <div>
      <Button variant="subtle" size="compact-sm" px={0} onClick={toggle} aria-expanded={isShown}>
        {t("aside.open")}
      </Button>
      <Collapse expanded={isShown}>
        <Stack gap="xs">
          <Textarea
            label={t("aside.note")}
            autosize
            maxLength={2000}
            value={aside.note}
            onChange={(event) => onChange({ ...aside, note: event.currentTarget.value })}
          />
          <TextInput
            type="datetime-local"
            label={t("aside.happened")}
            description={t("aside.happenedHelp", { zone })}
            value={aside.happened}
            onChange={(event) => onChange({ ...aside, happened: event.currentTarget.value })}
          />
        </Stack>
      </Collapse>
    </div>
  );
}
