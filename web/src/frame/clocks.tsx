// Clocks that are always visible: where the current post is, where the partners are, and UTC.
import { Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { modelQuery } from "@/api/queries";
import { useNamed } from "@/parts/names";
import { useSession } from "@/session/session";
import { dateFormat } from "@/text/formats";
import { type Language, useLanguage } from "@/text/language";

interface Clock {
  party: string;
  zone: string;
}

const SECOND_MS = 1_000;

export function Clocks() {
  const now = useNow();
  const language = useLanguage();
  const party = useNamed("parties");
  return (
    <Group gap="md" component="section" aria-label={useTranslation().t("header.clocks")}>
      {useClocks().map((clock) => (
        <Text component="div" size="xs" ta="center" lh={1.25} key={clock.zone} title={clock.zone}>
          {clock.party ? `${party(clock.party)} · ${zoneName(clock.zone, language)}` : "UTC"}
          <br />
          <Text component="time" size="sm" fw={600} dateTime={new Date(now).toISOString()}>
            {told(now, clock.zone, language)}
          </Text>
        </Text>
      ))}
    </Group>
  );
}

/** The zone of the current post, then those in which partners have headquarters, then UTC. */
function useClocks(): Clock[] {
  const { me, post } = useSession();
  const { data } = useQuery(modelQuery);
  if (!data) return [{ party: "", zone: "UTC" }];
  const places = data.headquarters;
  const at = data.posts.find((entry) => entry.id === post)?.headquarters;
  const own = places.find((place) => place.id === at) ?? places.find((place) => place.party === me.party);
  const partners = places.filter((place) => place.party !== me.party);
  const shown = [...(own ? [own] : []), ...partners].map(({ party, timezone }) => ({
    party,
    zone: timezone,
  }));
  const first = shown.filter(
    (clock, index) => shown.findIndex((other) => other.zone === clock.zone) === index,
  );
  return [...first, { party: "", zone: "UTC" }];
}

function zoneName(zone: string, language: Language): string {
  const parts = dateFormat(language, {
    timeZone: zone,
    timeZoneName: language === "ja" ? "longGeneric" : "shortGeneric",
  }).formatToParts();
  return parts.find((part) => part.type === "timeZoneName")?.value ?? zone;
}

function told(now: number, zone: string, language: Language): string {
  const parts = {
    hour: "2-digit",
    minute: "2-digit",
    weekday: "short",
    hourCycle: "h23",
    timeZone: zone,
  } as const;
  return dateFormat(language, parts).format(now);
}

export function useNow(): number {
  const { now } = useSession();
  const [moment, setMoment] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setMoment(now()), SECOND_MS);
    return () => clearInterval(timer);
  }, [now]);
  return moment;
}
