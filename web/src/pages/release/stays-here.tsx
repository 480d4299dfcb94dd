// What the partner is not given: who wrote it here, the reasons, the label as it was proposed.
import { Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { LabelBadge } from "@/parts/label-badge";
import { useMoments } from "@/parts/moment";
import { useNamed } from "@/parts/names";

import type { Held } from "./queries";
import classes from "./release.module.css";
import data from "@/parts/plain-data.module.css";

export function StaysHere({ held, note }: { held: Held; note: string }) {
  const { t } = useTranslation("release");
  const post = useNamed("posts");
  const channel = useNamed("channels");
  const moment = useMoments();
  const rows: [string, React.ReactNode][] = [
    [t("stays.person"), held.person],
    [t("stays.post"), post(held.post)],
    [t("stays.since"), moment(held.since, { seconds: true })],
    [t("stays.proposed"), <LabelBadge key="label" label={held.label_terms} />],
    [t("stays.channel"), held.channel ? channel(held.channel) : t("stays.anyChannel")],
    [t("stays.decides"), held.posts.map(post).join(" / ")],
    [t("stays.note"), note || t("stays.noNote")],
  ];
  return (
    <section className={classes.ours} aria-labelledby="ours-title">
      <Title order={3} size="h5" id="ours-title">
        {t("ours")}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t("oursHelp")}
      </Text>
      <dl className={data.fields}>
        {rows.map(([name, value]) => (
          <div key={name} className={data.field}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
