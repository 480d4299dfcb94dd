import { Alert, Button, Center, Group, List, Loader, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { type ErrorBody, LineError, NodeError } from "@/api/client";
import type { Command } from "@/outbox/store";

import { useName, useSaid } from "@/text/language";

import { PostName, useNamed } from "./names";
import { RuleLine } from "./rule";

export function Loading() {
  const { t } = useTranslation();
  return (
    <Center p="xl" role="status" aria-label={t("loading")}>
      <Loader />
    </Center>
  );
}

/** What could not be read, and a way to try again. */
export function Problem({ error, retry }: { error: Error; retry?: (() => void) | undefined }) {
  const { t } = useTranslation();
  if (error instanceof NodeError) return <RefusalNote error={error.body} title={t("problem.title")} />;
  return (
    <Alert color="yellow" role="alert" title={t("problem.title")}>
      <Group justify="space-between">
        <Text size="sm">{error instanceof LineError ? t("problem.line") : t("problem.crash")}</Text>
        {retry && (
          <Button size="xs" variant="default" onClick={retry}>
            {t("problem.retry")}
          </Button>
        )}
      </Group>
    </Alert>
  );
}

/** Why the node will not do something: the rule, who could, and what is possible now. */
export function RefusalNote({ error, title }: { error: ErrorBody; title?: string }) {
  const { t } = useTranslation();
  const name = useName();
  const said = useSaid();
  const { could, problems, first } = error;
  return (
    <Alert color="red" role="alert" title={title ?? (name(error.title) || t("refusal.title"))}>
      <Stack gap={4}>
        {first && (
          <Text size="sm" fw={700}>
            {name(first.text)}
          </Text>
        )}
        <Text size="sm">{said(error)}</Text>
        <RuleLine ruled={error} />
        {could.length > 0 && (
          <Text size="sm" component="div">
            {t("refusal.could")}:{" "}
            {could.map((post, at) => (
              <span key={post}>
                {at > 0 && ", "}
                <PostName id={post} />
              </span>
            ))}
          </Text>
        )}
        {problems.length > 0 && (
          <List size="sm">
            {problems.map((problem) => (
              <List.Item key={`${problem.where} ${problem.message}`}>
                <code>{problem.where}</code> {said(problem)}
              </List.Item>
            ))}
          </List>
        )}
        <Possible error={error} />
        {(error.remedy ?? error.hint) && <Text size="sm">{name(error.remedy) || error.hint}</Text>}
        <Text size="xs">
          {t("refusal.code")} {error.code}
        </Text>
      </Stack>
    </Alert>
  );
}

const MOST = 6;

/** What can be done instead, as far as it can be said in few words. */
function Possible({ error }: { error: ErrorBody }) {
  const { t, i18n } = useTranslation();
  const actions = useTranslation("actions").t;
  const name = useName();
  const post = useNamed("posts");
  const known = error.possible.filter(({ command }) => i18n.exists(`actions:command.${command}`));
  if (known.length === 0) return null;
  return (
    <Text size="sm" component="div">
      {t("refusal.possible")}:
      <List size="sm">
        {known.slice(0, MOST).map((one) => (
          <List.Item key={`${one.command} ${one.target} ${one.case} ${one.post}`}>
            {actions(`command.${one.command as Command["type"]}`)}{" "}
            {[name(one.name) || one.target, one.case, one.post && post(one.post)].filter(Boolean).join(" · ")}
          </List.Item>
        ))}
      </List>
    </Text>
  );
}
