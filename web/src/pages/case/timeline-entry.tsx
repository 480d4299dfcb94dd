// One entry: when, what, by whom; then each moment with who asserts it; then what was corrected.
import { Alert, Badge, Group, Text } from "@mantine/core";
import { IconClockExclamation, IconPencil } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { When } from "@/parts/moment";
import { useNamed } from "@/parts/names";
import { RuleName } from "@/parts/rule";

import classes from "./case.module.css";
import type { Entry } from "./queries";
import type { Say } from "./sentences";

export function TimelineEntry({ entry, say }: { entry: Entry; say: Say }) {
  const { t } = useTranslation();
  return (
    <div className={classes.entry}>
      <div>
        <Text size="sm" fw={600}>
          <When moment={entry.happened ?? entry.recorded} seconds />
        </Text>
        {entry.late && (
          <Badge color="#9a3412" leftSection={<IconClockExclamation size={12} aria-hidden />}>
            {t("when.late")}
          </Badge>
        )}
      </div>
      <div>
        <Text size="sm" className={classes.words ?? ""}>
          {say(entry)}
        </Text>
        <By entry={entry} />
        <Moments entry={entry} />
        {entry.corrections.map((correction) => (
          <Correction key={correction.seq} correction={correction} />
        ))}
      </div>
    </div>
  );
}

function By({ entry }: { entry: Entry }) {
  const post = useNamed("posts");
  const party = useNamed("parties");
  const who = [party(entry.party), entry.post && post(entry.post), entry.person].filter(Boolean);
  return (
    <Text size="xs">
      {who.join(" · ")} · <code>#{entry.seq}</code>
      {entry.note && <> · “{entry.note}”</>}
    </Text>
  );
}

function Moments({ entry }: { entry: Entry }) {
  const { t } = useTranslation("cases");
  const party = useNamed("parties");
  const said: [string, number][] = [];
  if (entry.late || entry.happened !== null) said.push([t("timeline.recorded"), entry.recorded]);
  if (entry.said_at !== null)
    said.push([t("timeline.recordedThere", { party: party(entry.party) }), entry.said_at]);
  if (entry.received !== null) said.push([t("timeline.received"), entry.received]);
  const acknowledged = entry.released?.acknowledged;
  if (entry.released && acknowledged) {
    said.push([t("timeline.acknowledged", { party: party(entry.released.partner) }), acknowledged]);
  }
  return (
    <Group gap="sm">
      {said.map(([words, moment]) => (
        <Text size="xs" key={words}>
          {words} <When moment={moment} seconds />
        </Text>
      ))}
      {entry.released && !acknowledged && <Text size="xs">{t("timeline.unacknowledged")}</Text>}
      {entry.released && (
        <Text size="xs">
          {t("timeline.rule")} <RuleName ruled={entry.released} />
        </Text>
      )}
    </Group>
  );
}

function Correction({ correction }: { correction: Entry["corrections"][number] }) {
  const { t } = useTranslation("cases");
  return (
    <Alert
      color="yellow"
      icon={<IconPencil size={16} aria-hidden />}
      p="xs"
      mt={4}
      title={t("timeline.corrected")}
    >
      <Text size="sm" className={classes.words ?? ""}>
        {correction.text}
      </Text>
      <Text size="xs">
        {correction.person} · <When moment={correction.at} seconds /> · <code>#{correction.seq}</code>
      </Text>
    </Alert>
  );
}
