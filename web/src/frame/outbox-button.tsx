// Whether the line is up and what the node has not confirmed: said in the header, told in full on a click.
import { Badge, Button, Drawer, Group, Paper, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCloudCheck, IconCloudOff, IconCloudPause } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { When } from "@/parts/moment";
import { RefusalNote } from "@/parts/problem";
import { type Kept, useKept, useLineState, useSession } from "@/session/session";

import { Concerned } from "./concerned";

const icons = { up: IconCloudCheck, down: IconCloudOff, opening: IconCloudPause, "signed-out": IconCloudOff };

export function OutboxButton() {
  const { t } = useTranslation();
  const state = useLineState();
  const kept = useKept();
  const [isOpen, { open, close }] = useDisclosure();
  const Icon = icons[state];
  return (
    <>
      <Button
        variant={state === "up" ? "subtle" : "filled"}
        color={state === "down" ? "red" : undefined}
        size="xs"
        leftSection={<Icon size={18} aria-hidden />}
        rightSection={
          kept.length > 0 && (
            <Badge color="yellow.2" autoContrast>
              {kept.length}
            </Badge>
          )
        }
        aria-label={`${t("outbox.title")}: ${t(`line.${state}`)}, ${t("outbox.count", { count: kept.length })}`}
        data-line={state}
        onClick={open}
      >
        {t("outbox.title")}
      </Button>
      <Drawer
        opened={isOpen}
        onClose={close}
        position="right"
        title={t("outbox.title")}
        closeButtonProps={{ "aria-label": t("close") }}
      >
        <Stack>
          <Text role="status">{t(`line.${state}`)}</Text>
          {kept.length === 0 && <Text>{t("outbox.empty")}</Text>}
          {kept.map((entry) => (
            <KeptEntry key={entry.id} entry={entry} />
          ))}
        </Stack>
      </Drawer>
    </>
  );
}

function KeptEntry({ entry }: { entry: Kept }) {
  const { t } = useTranslation();
  const actions = useTranslation("actions").t;
  const { outbox } = useSession();
  return (
    <Paper withBorder p="sm">
      <Stack gap="xs">
        <Group justify="space-between">
          <Text size="sm" fw={600}>
            {actions(`command.${entry.command.type}`)}
          </Text>
          <Text size="xs">
            <When moment={entry.given * 1000} seconds />
          </Text>
        </Group>
        <Concerned command={entry.command} />
        {entry.refused ? (
          <>
            <RefusalNote error={entry.refused} title={t("outbox.refused")} />
            <Button size="xs" variant="default" onClick={() => void outbox.forget(entry.id)}>
              {t("outbox.forget")}
            </Button>
          </>
        ) : (
          <Waiting entry={entry} />
        )}
      </Stack>
    </Paper>
  );
}

/** What waits can be taken back as long as it is certain that the node does not have it. */
function Waiting({ entry }: { entry: Kept }) {
  const { t } = useTranslation();
  const { outbox, line } = useSession();
  return (
    <>
      <Text size="sm" fw={600}>
        {t("outbox.waiting")}
      </Text>
      <Text size="sm">{t(entry.tried ? "outbox.tried" : "outbox.untried")}</Text>
      <Group>
        {!entry.tried && (
          <Button size="xs" variant="default" onClick={() => void outbox.takeBack(entry.id)}>
            {t("outbox.takeBack")}
          </Button>
        )}
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            line.again();
            void outbox.send();
          }}
        >
          {t("outbox.retry")}
        </Button>
      </Group>
    </>
  );
}
