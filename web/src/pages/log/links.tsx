// How the line to each partner stands: what is under way, since when, and whether both tell the same.
import { Alert, Anchor, Badge, Card, Code, Group, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconPlugConnected, IconPlugConnectedX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { Schemas } from "@/api/client";
import { linksQuery } from "@/api/queries";
import { useMoments, useNumbers } from "@/parts/moment";
import { useNamed } from "@/parts/names";
import data from "@/parts/plain-data.module.css";
import { Loading, Problem } from "@/parts/problem";
import { saveAs } from "@/parts/saving";

import { Bundles } from "./bundles";
import { describeForks } from "./forks";
import classes from "./log.module.css";

type LinkState = Schemas["LinkView"];

const LOOK_MS = 2_000;

export function Links() {
  const { t } = useTranslation("log");
  // That a line is down is no event of the log: while somebody looks, it is asked.
  const { data: links, error, refetch } = useQuery({ ...linksQuery, refetchInterval: LOOK_MS });
  if (error && !links) return <Problem error={error} retry={() => void refetch()} />;
  if (!links) return <Loading />;
  if (links.length === 0) return <Text>{t("link.none")}</Text>;
  return (
    <Stack>
      {links.map((link) => (
        <Partner key={link.partner} link={link} />
      ))}
    </Stack>
  );
}

function Partner({ link }: { link: LinkState }) {
  const party = useNamed("parties");
  return (
    <Card withBorder component="section" aria-label={party(link.partner)}>
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          {party(link.partner)}
        </Title>
        <Standing link={link} />
      </Group>
      <Forked link={link} />
      {link.trouble && (
        <Alert color="yellow" mb="sm">
          {link.trouble}
        </Alert>
      )}
      <Figures link={link} />
      <Checkpoints link={link} />
      <Bundles partner={link.partner} acknowledged={link.acknowledged} />
    </Card>
  );
}

function Standing({ link }: { link: LinkState }) {
  const { t } = useTranslation("log");
  if (link.forked) {
    return (
      <Badge color="red" leftSection={<IconAlertTriangle size={14} aria-hidden />}>
        {t("link.stopped")}
      </Badge>
    );
  }
  const isDown = link.trouble !== null;
  return (
    <Badge
      variant="outline"
      color="dark"
      leftSection={
        isDown ? <IconPlugConnectedX size={14} aria-hidden /> : <IconPlugConnected size={14} aria-hidden />
      }
    >
      {t(isDown ? "link.down" : "link.up")}
    </Badge>
  );
}

/** Two histories were signed: the gravest thing that a link can tell, so it comes before everything else. */
function Forked({ link }: { link: LinkState }) {
  const { t } = useTranslation("log");
  const party = useNamed("parties");
  return describeForks(link.forked).map((fork) => (
    <Alert
      key={fork}
      color="red"
      variant="filled"
      role="alert"
      mb="sm"
      icon={<IconAlertTriangle />}
      title={t(`link.fork.${fork}.title`, { partner: party(link.partner) })}
    >
      <Text size="sm">{t(`link.fork.${fork}.text`, { partner: party(link.partner) })}</Text>
      <Anchor component={Link} c="white" td="underline" to={`/log?kind=link.forked&subject=${link.partner}`}>
        {t("link.fork.evidence")}
      </Anchor>
    </Alert>
  ));
}

function Figures({ link }: { link: LinkState }) {
  const { t } = useTranslation("log");
  const number = useNumbers();
  const moments = useMoments();
  const moment = (at: number | null) => (at === null ? t("link.never") : moments(at, { seconds: true }));
  const bytes = (count: number) =>
    number(count / 1000, {
      style: "unit",
      unit: "kilobyte",
      maximumFractionDigits: count < 100_000 ? 1 : 0,
    });
  const rows = [
    [t("link.contact"), moment(link.last_contact)],
    [
      t("link.out"),
      t("link.outIs", {
        released: number(link.released),
        acknowledged: number(link.acknowledged),
        waiting: number(Math.max(0, link.unacknowledged)),
      }),
    ],
    [
      t("link.in"),
      link.received > 0
        ? t("link.inIs", { received: number(link.received), at: moment(link.received_at) })
        : t("link.inNone"),
    ],
    [t("link.held"), number(link.held)],
    [t("link.bytesSent"), bytes(link.bytes_sent)],
    [t("link.bytesReceived"), bytes(link.bytes_received)],
  ] as const;
  return (
    <dl className={data.fields}>
      {rows.map(([name, value]) => (
        <div key={name} className={data.field}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Checkpoints({ link }: { link: LinkState }) {
  const { t } = useTranslation("log");
  const isWhole = link.acknowledged >= link.released;
  return (
    <Stack gap="xs" my="md">
      <Text size="sm">
        {link.cosigned
          ? t(isWhole ? "link.cosignedAll" : "link.cosignedPart", { size: link.acknowledged })
          : t("link.cosignedNone")}
      </Text>
      <Note title={t("link.cosigned")} note={link.cosigned} name={`to-${link.partner}.checkpoint`} />
      <Note title={t("link.sealed")} note={link.sealed} name={`from-${link.partner}.checkpoint`} />
    </Stack>
  );
}

function Note({ title, note, name }: { title: string; note: string; name: string }) {
  const { t } = useTranslation("log");
  if (!note) return null;
  return (
    <details>
      <summary>{title}</summary>
      <Code block className={classes.bytes}>
        {note}
      </Code>
      <Anchor component="button" type="button" size="sm" onClick={() => saveAs(name, note, "text/plain")}>
        {t("download")}
      </Anchor>
    </details>
  );
}
