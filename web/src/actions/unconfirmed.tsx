// "Not yet confirmed": said on the entry that a command concerns, for as long as the node has not answered.
import { Badge, Group } from "@mantine/core";
import { IconClockPause, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { type Kept, useKept } from "@/session/session";

import { type About, concerns } from "./concerns";

export function useUnconfirmed(about: About): readonly Kept[] {
  return useKept().filter((kept) => concerns(kept.command, kept.post, about));
}

export function Unconfirmed({ about }: { about: About }) {
  const { t } = useTranslation("actions");
  const kept = useUnconfirmed(about);
  if (kept.length === 0) return null;
  return (
    <Group gap={4} role="status" component="span">
      {kept.map((entry) => (
        <Badge
          key={entry.id}
          variant="outline"
          tt="none"
          color={entry.refused ? "red.9" : "dark"}
          leftSection={
            entry.refused ? <IconX size={12} aria-hidden /> : <IconClockPause size={12} aria-hidden />
          }
        >
          {t(`command.${entry.command.type}`)}: {t(entry.refused ? "refused" : "unconfirmed")}
        </Badge>
      ))}
    </Group>
  );
}
