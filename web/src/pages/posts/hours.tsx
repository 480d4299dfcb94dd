// Working hours of a post as the model has them, in the time of its headquarters.
import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { modelQuery } from "@/api/queries";
import { dateFormat } from "@/text/formats";
import { type Language, useLanguage } from "@/text/language";

import type { Post } from "./seats";

const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
/** A Monday. */
const FIRST = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

export function Hours({ post }: { post: Post }) {
  const { t } = useTranslation("session");
  const language = useLanguage();
  const { data } = useQuery(modelQuery);
  const shifts = data?.calendars.find((calendar) => calendar.id === post.calendar)?.shifts ?? [];
  if (!data) return null;
  const told = shifts.map(({ days: on, begins, ends }) =>
    t("posts.shift", { days: dayNames(on, language), begins, ends }),
  );
  return (
    <Text size="sm">
      {told.length > 0
        ? t("posts.hours", { hours: told.join(" · "), zone: post.timezone })
        : t("posts.roundTheClock")}
    </Text>
  );
}

/** Days of the week in words; a run of three or more as from-to. */
export function dayNames(on: readonly string[], language: Language): string {
  const write = dateFormat(language, { weekday: "short", timeZone: "UTC" });
  const name = (at: number) => write.format(FIRST + at * DAY_MS);
  const runs: [number, number][] = [];
  days.forEach((day, at) => {
    const last = runs.at(-1);
    if (!on.includes(day)) return;
    if (last?.[1] === at - 1) last[1] = at;
    else runs.push([at, at]);
  });
  return runs
    .map(([from, to]) => (from === to ? name(from) : `${name(from)}${to - from > 1 ? "–" : ", "}${name(to)}`))
    .join(", ");
}
