// A deadline as people need it: how long there is, in words and with a sign, and the moment itself.
import { Group, Text } from "@mantine/core";
import { IconAlertTriangle, IconClock } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { useDurations, When } from "@/parts/moment";

const SOON_MS = 3_600_000;

/** @param now Milliseconds since 1970. */
export function Due({ moment, now }: { moment: number; now: number }) {
  const { t } = useTranslation("inbox");
  const duration = useDurations();
  const left = moment / 1000 - now;
  const isSoon = left < SOON_MS;
  const Icon = isSoon ? IconAlertTriangle : IconClock;
  return (
    <Group component="span" gap={4} wrap="nowrap" c={left < 0 ? "red.9" : isSoon ? "#8a3800" : undefined}>
      <Icon size={14} aria-hidden />
      <Text component="span" size="sm" fw={isSoon ? 700 : 400}>
        {left < 0 ? t("overdue", { time: duration(-left) }) : t("due", { time: duration(left) })} (
        <When moment={moment} />)
      </Text>
    </Group>
  );
}
