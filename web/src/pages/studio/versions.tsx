// Versions: save what is edited as a new one, open another, and change the headquarters over to one.
import {
  Badge,
  Button,
  Group,
  List,
  Modal,
  Paper,
  Stack,
  Text,
  Textarea,
  TextInput,
  Title,
} from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { answered, type ErrorBody, node, NodeError, type Schemas } from "@/api/client";
import { useDraft } from "@/outbox/drafts";
import { When } from "@/parts/moment";
import { Problem, RefusalNote } from "@/parts/problem";
import { useName } from "@/text/language";

import { ChangeOver } from "./change-over";
import { modelsQuery } from "./queries";
import type { Workspace } from "./workspace";

type Entry = Schemas["ModelEntry"];

export function Versions({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation("studio");
  const models = useQuery(modelsQuery);
  return (
    <Stack>
      <SaveVersion workspace={workspace} />
      <Title order={2} size="h4">
        {t("versions.title")}
      </Title>
      {models.error && <Problem error={models.error} retry={() => void models.refetch()} />}
      {(models.data ?? []).map((entry) => (
        <Version key={entry.id} entry={entry} workspace={workspace} />
      ))}
    </Stack>
  );
}

function SaveVersion({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation("studio");
  const client = useQueryClient();
  const [title, setTitle, clearTitle] = useDraft("studio-name", "");
  const [note, setNote, clearNote] = useDraft("studio-note", "");
  const [refusal, setRefusal] = useState<ErrorBody | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [saved, setSaved] = useState("");
  const isChanged = workspace.changed.length > 0;

  async function save() {
    setRefusal(null);
    setError(null);
    setBusy(true);
    try {
      const body = { files: workspace.files ?? {}, name: title, note, base: workspace.base };
      const { data } = await answered(node.POST("/api/v1/studio/models", { body }));
      clearTitle();
      clearNote();
      setSaved(data.id);
      workspace.saved(data);
      await client.invalidateQueries(modelsQuery);
    } catch (reason) {
      if (reason instanceof NodeError) setRefusal(reason.body);
      else setError(reason instanceof Error ? reason : new Error(String(reason)));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Paper withBorder p="sm">
      <Stack gap="xs">
        <Title order={2} size="h4">
          {t("versions.save")}
        </Title>
        <TextInput
          label={t("versions.name")}
          value={title}
          maxLength={200}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <Textarea
          label={t("versions.note")}
          value={note}
          maxLength={2000}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {isChanged && <Text size="sm">{t("versions.changed", { files: workspace.changed.join(", ") })}</Text>}
        {refusal && <RefusalNote error={refusal} />}
        {error && <Problem error={error} />}
        <Group>
          <Button onClick={() => void save()} disabled={!isChanged} loading={isBusy}>
            {t("versions.saveNow")}
          </Button>
          <Text size="sm" role="status">
            {saved ? t("versions.saved", { id: saved }) : ""}
            {!saved && !isChanged ? t("versions.unchanged") : ""}
          </Text>
        </Group>
      </Stack>
    </Paper>
  );
}

function Version({ entry, workspace }: { entry: Entry; workspace: Workspace }) {
  const { t } = useTranslation("studio");
  const name = useName();
  const [isAsked, setAsked] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const isOpen = workspace.base === entry.id;
  const isChanged = workspace.changed.length > 0;

  async function open() {
    setAsked(false);
    setError(null);
    try {
      await workspace.open(entry.id);
    } catch (reason) {
      setError(reason instanceof Error ? reason : new Error(String(reason)));
    }
  }

  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" align="start">
        <div>
          <Text fw={600}>
            {entry.kind === "version" && `${entry.id} · `}
            {name(entry.name)}
          </Text>
          <Group gap="xs">
            <Badge variant="outline" color="dark" tt="none">
              {t(`versions.kind.${entry.kind}`)}
            </Badge>
            {entry.in_use && <Badge tt="none">{t("versions.inUse")}</Badge>}
            {isOpen && (
              <Badge tt="none" color="#1f6a35">
                {t("versions.open")}
              </Badge>
            )}
          </Group>
          {entry.saved != null && (
            <Text size="xs">
              <When moment={entry.saved} /> · {entry.by}
            </Text>
          )}
          {entry.note && <Text size="sm">{entry.note}</Text>}
          <Text size="xs" ff="monospace">
            {entry.digest.slice(0, 16)}
          </Text>
        </div>
        <Group>
          <Button
            size="xs"
            variant="default"
            disabled={(isOpen && !isChanged) || !entry.available}
            onClick={() => (isChanged ? setAsked(true) : void open())}
          >
            {t("versions.openNow")}
          </Button>
          <ChangeOver entry={entry} />
        </Group>
      </Group>
      {error && <Problem error={error} />}
      <GiveUp
        isAsked={isAsked}
        changed={workspace.changed}
        onKeep={() => setAsked(false)}
        onGiveUp={() => void open()}
      />
    </Paper>
  );
}

interface Asking {
  isAsked: boolean;
  changed: string[];
  onKeep: () => void;
  onGiveUp: () => void;
}

/** What was changed and not saved is given up only where somebody says so. */
function GiveUp({ isAsked, changed, onKeep, onGiveUp }: Asking) {
  const { t } = useTranslation("studio");
  const common = useTranslation("common").t;
  return (
    <Modal
      opened={isAsked}
      onClose={onKeep}
      title={t("versions.giveUpTitle")}
      closeButtonProps={{ "aria-label": common("close") }}
    >
      <Text size="sm">{t("versions.giveUpAbout")}</Text>
      <List size="sm" my="sm">
        {changed.map((path) => (
          <List.Item key={path}>{path}</List.Item>
        ))}
      </List>
      <Group>
        <Button data-autofocus onClick={onKeep}>
          {t("versions.keep")}
        </Button>
        <Button variant="default" onClick={onGiveUp}>
          {t("versions.giveUp")}
        </Button>
      </Group>
    </Modal>
  );
}
