// A deadline as people ask for it: by when, how long still, and whether it has passed.
import { Badge, Group, Text } from "@mantine/core";
import { IconAlarm, IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { useDurations, When } from "@/parts/moment";
import { useSession } from "@/session/session";

interface Given {
  deadline: number | null | undefined;
  /** Without the moment, where that stands beside it already. */
  brief?: boolean;
}

export function Due({ deadline, brief = false }: Given) {
  const { t } = useTranslation("cases");
  const { now } = useSession();
  const duration = useDurations();
  if (!deadline) return null;
  const left = deadline / 1000 - now();
  const isPast = left < 0;
  return (
    <Group gap={4}>
      <Badge
        color={isPast ? "red.9" : "gray.7"}
        variant={isPast ? "filled" : "outline"}
        tt="none"
        leftSection={
          isPast ? <IconAlertTriangle size={12} aria-hidden /> : <IconAlarm size={12} aria-hidden />
        }
      >
        {t(isPast ? "due.past" : "due.left", { duration: duration(Math.abs(left)) })}
      </Badge>
      {!brief && (
        <Text size="xs">
          <When moment={deadline} />
        </Text>
      )}
    </Group>
  );
}
