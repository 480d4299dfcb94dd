// One entry with all that its hash covers, as plain data, and the proof that it is there.
import { Anchor, Code, Drawer, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { PlainData } from "@/parts/plain-data";
import { Loading, Problem } from "@/parts/problem";

import classes from "./log.module.css";
import { entryQuery } from "./queries";
import { useSaying } from "./saying";

export function EntryDrawer({ seq, close }: { seq: number | null; close: () => void }) {
  const { t } = useTranslation("log");
  const common = useTranslation().t;
  return (
    <Drawer
      opened={seq !== null}
      onClose={close}
      position="right"
      size="lg"
      title={t("entry", { seq: seq ?? 0 })}
      closeButtonProps={{ "aria-label": common("close") }}
    >
      {seq !== null && <Whole seq={seq} />}
    </Drawer>
  );
}

function Whole({ seq }: { seq: number }) {
  const { t } = useTranslation("log");
  const saying = useSaying();
  const { data, error, refetch } = useQuery(entryQuery(seq));
  if (error) return <Problem error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  const { seq: number, kind, subject, recorded, body, stored, salt, releases } = data;
  return (
    <Stack>
      <Title order={3} size="h5">
        {saying.kind(kind)}
      </Title>
      <PlainData data={{ number, kind, subject, recorded }} />
      <section aria-label={t("content")}>
        <Title order={4} size="h6">
          {t("content")}
        </Title>
        <PlainData data={body} />
      </section>
      {releases.map((each) => (
        <section key={each.partner}>
          <Title order={4} size="h6">
            {t("gave", { partner: each.partner, number: each.number })}
          </Title>
          <Code block className={classes.bytes}>
            {each.body}
          </Code>
        </section>
      ))}
      <Anchor href={`/api/v1/log/entries/${seq}/proof`} download>
        {t("proofOfEntry")}
      </Anchor>
      <details>
        <summary>{t("stored")}</summary>
        <Code block className={classes.bytes}>
          {stored}
        </Code>
        <PlainData data={{ salt }} />
      </details>
    </Stack>
  );
}
