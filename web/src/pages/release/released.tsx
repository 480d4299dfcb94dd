// What was released to each partner, the newest first, and since when the partner is known to have it.
import { Anchor, ActionIcon, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { IconCheck, IconChevronDown, IconChevronRight, IconClock } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";

import { linksQuery } from "@/api/queries";
import { LabelBadge } from "@/parts/label-badge";
import { LongList } from "@/parts/long-list";
import { When } from "@/parts/moment";
import { PlainData } from "@/parts/plain-data";
import { Loading, Problem } from "@/parts/problem";
import { useNamed } from "@/parts/names";
import { useName } from "@/text/language";

import { type Released, RELEASED_PAGE, releasedQuery } from "./queries";
import classes from "./release.module.css";

export function ReleasedView() {
  const { t } = useTranslation("release");
  const party = useNamed("parties");
  const { data, error } = useQuery(linksQuery);
  const [params, setParams] = useSearchParams();
  if (error && !data) return <Problem error={error} />;
  if (!data) return <Loading />;
  const link = data.find((each) => each.partner === params.get("partner")) ?? data[0];
  if (!link) return <Text>{t("noPartner")}</Text>;
  return (
    <Stack>
      {data.length > 1 && (
        <SegmentedControl
          aria-label={t("partner")}
          value={link.partner}
          onChange={(partner) => setParams({ view: "released", partner })}
          data={data.map((each) => ({ value: each.partner, label: party(each.partner) }))}
        />
      )}
      <Text size="sm" role="status">
        {t("sum", { partner: party(link.partner), count: link.released, acknowledged: link.acknowledged })}
      </Text>
      {link.released > 0 && <ReleasedList key={link.partner} partner={link.partner} count={link.released} />}
    </Stack>
  );
}

function ReleasedList({ partner, count }: { partner: string; count: number }) {
  const { t } = useTranslation("release");
  const party = useNamed("parties");
  const [open, setOpen] = useState<number | null>(null);
  const numberOf = (row: number) => count - row;
  return (
    <LongList
      label={t("releasedTo", { partner: party(partner) })}
      count={count}
      height={76}
      keyOf={numberOf}
      draw={(row) => (
        <Line
          partner={partner}
          number={numberOf(row)}
          isOpen={open === numberOf(row)}
          toggle={() => setOpen(open === numberOf(row) ? null : numberOf(row))}
        />
      )}
    />
  );
}

interface LineProps {
  partner: string;
  number: number;
  isOpen: boolean;
  toggle: () => void;
}

function Line({ partner, number, isOpen, toggle }: LineProps) {
  const { data } = useQuery(releasedQuery(partner, Math.floor((number - 1) / RELEASED_PAGE)));
  const entry = data?.[(number - 1) % RELEASED_PAGE];
  const { t } = useTranslation("release");
  const name = useName();
  if (!entry) return <div className={classes.line}>{number}</div>;
  return (
    <div className={classes.line}>
      <Group gap={4} wrap="nowrap" align="start">
        <ActionIcon
          variant="subtle"
          size="sm"
          aria-expanded={isOpen}
          aria-label={t(isOpen ? "hide" : "show", { number })}
          onClick={toggle}
        >
          {isOpen ? <IconChevronDown size={16} aria-hidden /> : <IconChevronRight size={16} aria-hidden />}
        </ActionIcon>
        <Text size="sm">{number}</Text>
      </Group>
      <div>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {name(entry.name)}
          </Text>
          <LabelBadge label={entry.label_terms} exercise={entry.exercise} />
          {entry.case && (
            <Text size="sm">
              <Anchor component={Link} inherit to={`/cases/${entry.case}`}>
                {entry.title ?? entry.case}
              </Anchor>
            </Text>
          )}
        </Group>
        {"text" in entry.content && (
          <Text size="sm" lineClamp={isOpen ? 0 : 1} className={classes.text}>
            {entry.content.text}
          </Text>
        )}
        {isOpen && <PlainData data={entry.content} />}
        {isOpen && entry.acknowledged !== null && (
          <Anchor
            size="sm"
            href={`/api/v1/log/entries/${number}/proof?partner=${encodeURIComponent(entry.partner)}`}
            download
          >
            {t("proof")}
          </Anchor>
        )}
      </div>
      <Times entry={entry} />
    </div>
  );
}

function Times({ entry }: { entry: Released }) {
  const { t } = useTranslation("release");
  return (
    <div>
      <Text size="sm">
        {t("at")} <When moment={entry.at} seconds />
      </Text>
      {entry.acknowledged === null ? (
        <Group gap={4} wrap="nowrap">
          <IconClock size={16} aria-hidden />
          <Text size="sm">{t("notYet")}</Text>
        </Group>
      ) : (
        <Group gap={4} wrap="nowrap">
          <IconCheck size={16} aria-hidden />
          <Text size="sm">
            {t("acknowledged")} <When moment={entry.acknowledged} seconds />
          </Text>
        </Group>
      )}
    </div>
  );
}
