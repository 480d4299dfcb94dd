// Exactly what the partner will be given, as the node would write it now.
import { Code, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { Label } from "@/parts/label-rules";
import { PlainData } from "@/parts/plain-data";
import { Loading } from "@/parts/problem";
import { Refused } from "@/parts/refused";
import { useName } from "@/text/language";

import { type Held, previewQuery } from "./queries";
import classes from "./release.module.css";

interface Props {
  held: Held;
  label: Label | null;
}

export function Preview({ held, label }: Props) {
  const { t } = useTranslation("release");
  const name = useName();
  return (
    <section className={classes.theirs} aria-labelledby="theirs-title">
      <Title order={3} size="h5" id="theirs-title">
        {t("theirs", { partner: name(held.partner_name) })}
      </Title>
      {label ? <Seen held={held} label={label} /> : <Text size="sm">{t("chooseLabel")}</Text>}
    </section>
  );
}

function Seen({ held, label }: { held: Held; label: Label }) {
  const { t } = useTranslation("release");
  const { data, error } = useQuery(previewQuery(held.id, label));
  if (error) return <Refused error={error} />;
  if (!data) return <Loading />;
  const released = data.released.filter((each) => each.partner === held.partner);
  return (
    <Stack gap="sm" aria-live="polite">
      {released.map((each) => (
        <Stack key={each.number} gap="sm">
          <Marking text={each.label} />
          <Words content={each.content} />
          <PlainData data={withoutWords(each.content)} />
          <details>
            <summary>{t("exact")}</summary>
            <Text size="xs" c="dimmed">
              {t("exactHelp")}
            </Text>
            <Code block className={classes.text}>
              {each.text}
            </Code>
          </details>
          <Marking text={each.label} />
        </Stack>
      ))}
    </Stack>
  );
}

function Marking({ text }: { text: string }) {
  return (
    <Text ta="center" fw={700} size="sm">
      {text}
    </Text>
  );
}

/** What is meant to be read comes first and as it was written. */
function Words({ content }: { content: object }) {
  const words = "text" in content ? content.text : "title" in content ? content.title : "";
  return typeof words === "string" && words ? <Text className={classes.text}>{words}</Text> : null;
}

function withoutWords(content: object): object {
  return Object.fromEntries(Object.entries(content).filter(([key]) => key !== "text"));
}
