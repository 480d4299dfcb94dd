// Public keys: the node's own, to hand over, and those that it takes for its partners'. No secret is ever here.
import { Button, Card, Code, CopyButton, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { useNamed } from "@/parts/names";
import { Loading, Problem } from "@/parts/problem";
import { saveAs } from "@/parts/saving";

import { identityQuery, type Keys } from "./queries";

const wrap = { whiteSpace: "pre-wrap", overflowWrap: "anywhere" } as const;

export function KeysView() {
  const { t } = useTranslation("admin");
  const { data, error, refetch } = useQuery(identityQuery);
  if (error && !data) return <Problem error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  const { own, peers } = data;
  return (
    <Stack>
      <Text size="sm">{t("keys.help")}</Text>
      <KeyCard keys={own} title={t("keys.own")}>
        <Button variant="default" onClick={() => saveAs("identity.toml", own.file, "application/toml")}>
          {t("keys.download")}
        </Button>
      </KeyCard>
      {peers.length === 0 && <Text size="sm">{t("keys.noPeers")}</Text>}
      {peers.map((peer) => (
        <KeyCard key={peer.party} keys={peer} title={t("keys.peer")}>
          <Text size="sm">
            {peer.address ? t("keys.address", { address: peer.address }) : t("keys.carried")}
          </Text>
        </KeyCard>
      ))}
    </Stack>
  );
}

function KeyCard({ keys, title, children }: { keys: Keys; title: string; children: React.ReactNode }) {
  const { t } = useTranslation("admin");
  const party = useNamed("parties");
  return (
    <Card withBorder component="section" aria-label={`${title}: ${party(keys.party)}`}>
      <Stack gap="xs">
        <Title order={2} size="h5">
          {title}: {party(keys.party)}
        </Title>
        <Line name={t("keys.key")} value={keys.key} />
        <Line name={t("keys.pin")} value={keys.pin} />
        {keys.certificate && (
          <details>
            <summary>{t("keys.certificate")}</summary>
            <Code block style={wrap}>
              {keys.certificate}
            </Code>
          </details>
        )}
        <Group>{children}</Group>
      </Stack>
    </Card>
  );
}

function Line({ name, value }: { name: string; value: string }) {
  const { t } = useTranslation("admin");
  if (!value) return null;
  return (
    <Group gap="xs" wrap="nowrap" align="start">
      <div style={{ minWidth: 0 }}>
        <Text size="sm" c="dimmed">
          {name}
        </Text>
        <Code style={wrap}>{value}</Code>
      </div>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Button size="compact-xs" variant="default" onClick={copy} aria-label={t("keys.copyOf", { name })}>
            {t(copied ? "keys.copied" : "keys.copy")}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
