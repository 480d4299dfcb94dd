// Chooses a label. Only what the rules permit can be chosen; the rest is shown with the reason why not.
import { Alert, Button, Checkbox, Fieldset, Group, Radio, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { modelQuery } from "@/api/queries";
import { useSession } from "@/session/session";
import { useLanguage } from "@/text/language";

import {
  type Asked,
  categoryChoices,
  type Choice,
  classificationChoices,
  classificationName,
  fitted,
  type Label,
  marking,
  partyChoices,
  type Rules,
  same,
  type Why,
  whyNone,
  withCategory,
  withClassification,
  withParty,
} from "./label-rules";
import { useNamed } from "./names";

interface Props {
  value: Label | null;
  onChange: (label: Label | null) => void;
  /** Parties that are to receive it. */
  partners: string[];
  /** Channel that it takes; the most that any may carry, where it is left out. */
  channel?: string | undefined;
  required?: boolean;
  /** A release may only lower or narrow this. */
  proposed?: Label | undefined;
}

export function LabelPicker(props: Props) {
  const { data } = useQuery(modelQuery);
  return data ? <Picker {...props} rules={data.labels} /> : null;
}

function Picker({ value, onChange, rules, required = false, ...given }: Props & { rules: Rules }) {
  const { t } = useTranslation("release");
  const partners = given.partners.join(" ");
  const { channel, proposed } = given;
  const asked = useMemo<Asked>(
    () => ({ partners: partners.split(" ").filter(Boolean), channel, proposed }),
    [partners, channel, proposed],
  );
  const [lost, setLost] = useState(false);
  const label = useMemo(() => value && fitted(rules, asked, value), [rules, asked, value]);

  // Whom it goes to, or how, can change after the label was chosen.
  useEffect(() => {
    if (same(label, value)) return;
    setLost(label === null);
    onChange(label);
  }, [label, value, onChange]);
  function choose(next: Label | null) {
    setLost(false);
    onChange(next);
  }

  const none = whyNone(rules, asked);
  if (none) return <Impossible why={none} />;
  return (
    <Fieldset legend={required ? t("label.legendNeeded") : t("label.legend")}>
      <Stack gap="sm">
        {lost && <Alert color="yellow">{t("label.again")}</Alert>}
        <Classifications
          choices={classificationChoices(rules, asked, label)}
          required={required}
          choose={(name) => choose(withClassification(rules, asked, label, name))}
        />
        <Several
          title={t("label.parties")}
          kind="party"
          choices={partyChoices(rules, asked, label)}
          disabled={!label}
          toggle={(id, on) => label && choose(withParty(rules, asked, label, id, on))}
        />
        <Several
          title={t("label.categories")}
          kind="category"
          choices={categoryChoices(rules, asked, label)}
          disabled={!label}
          toggle={(id, on) => label && choose(withCategory(rules, asked, label, id, on))}
        />
        <Group justify="space-between">
          <Marking label={label} owner={rules.owner} />
          {!required && label && (
            <Button size="compact-xs" variant="default" onClick={() => choose(null)}>
              {t("label.remove")}
            </Button>
          )}
        </Group>
      </Stack>
    </Fieldset>
  );
}

/** The line as it will be printed. */
function Marking({ label, owner }: { label: Label | null; owner: string }) {
  const { t } = useTranslation("release");
  const { me } = useSession();
  const language = useLanguage();
  return (
    <Text size="sm" role="status">
      {t("label.marking")}:{" "}
      <Text span fw={700} ff="monospace">
        {label ? marking(label, { owner, language, exercise: me.exercise }) : t("label.none")}
      </Text>
    </Text>
  );
}

/** What cannot be changed still has to be read. */
const readable = { label: { color: "inherit" }, description: { color: "var(--mantine-color-dimmed)" } };

interface ClassificationsProps {
  choices: Choice[];
  required: boolean;
  choose: (name: string) => void;
}

function Classifications({ choices, required, choose }: ClassificationsProps) {
  const { t } = useTranslation("release");
  const language = useLanguage();
  const reason = useReason();
  const chosen = choices.find((choice) => choice.chosen)?.id ?? null;
  return (
    <Radio.Group label={t("label.classification")} value={chosen} onChange={choose} required={required}>
      <Group gap="md" mt={4} align="start">
        {choices.map(({ id, fixed }) => (
          <Radio
            key={id}
            value={id}
            label={classificationName(id, language)}
            disabled={fixed !== null}
            styles={readable}
            description={fixed ? reason(fixed) : undefined}
          />
        ))}
      </Group>
    </Radio.Group>
  );
}

interface SeveralProps {
  title: string;
  kind: "party" | "category";
  choices: Choice[];
  /** Before a classification is chosen there is no label yet. */
  disabled: boolean;
  toggle: (id: string, on: boolean) => void;
}

function Several({ title, kind, choices, disabled, toggle }: SeveralProps) {
  const party = useNamed("parties");
  const reason = useReason();
  if (choices.length === 0) return null;
  return (
    <Checkbox.Group label={title} value={choices.filter((choice) => choice.chosen).map(({ id }) => id)}>
      <Group gap="md" mt={4} align="start">
        {choices.map(({ id, chosen, fixed }) => (
          <Checkbox
            key={id}
            value={id}
            label={kind === "party" ? `${party(id)} (${id.toUpperCase()})` : id.toUpperCase()}
            disabled={disabled || fixed !== null}
            styles={readable}
            description={fixed ? reason(fixed) : undefined}
            onChange={() => toggle(id, !chosen)}
          />
        ))}
      </Group>
    </Checkbox.Group>
  );
}

function Impossible({ why }: { why: Why }) {
  const { t } = useTranslation("release");
  const reason = useReason();
  return (
    <Alert color="red" title={t("label.impossible")}>
      {reason(why)}
    </Alert>
  );
}

function useReason(): (why: Why) => string {
  const { t } = useTranslation("release");
  const party = useNamed("parties");
  return ({ key, values }) =>
    t(`label.why.${key}`, { ...values, ...(values.party ? { party: party(values.party) } : {}) });
}
