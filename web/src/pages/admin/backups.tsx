// Copies of the log: make one now, take one along.
import { Alert, Anchor, Button, Group, List, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { answered, node } from "@/api/client";
import { useNumbers, When } from "@/parts/moment";
import { Loading, Problem } from "@/parts/problem";

import { Refused } from "@/parts/refused";
import { useChange } from "./change";
import { backupsQuery } from "./queries";

export function Backups() {
  const { t } = useTranslation("admin");
  const { data, error, refetch } = useQuery(backupsQuery);
  const made = useChange(async () => (await answered(node.POST("/api/v1/backup"))).data);
  return (
    <Stack>
      <Text size="sm">{t("backup.help")}</Text>
      <Group>
        <Button loading={made.isPending} onClick={() => made.mutate()}>
          {t("backup.make")}
        </Button>
      </Group>
      <div role="status">
        {made.data && (
          <Alert color="teal">{t("backup.made", { path: made.data.path, count: made.data.entries })}</Alert>
        )}
      </div>
      <Refused error={made.error} />
      {error && !data && <Problem error={error} retry={() => void refetch()} />}
      {!error && !data && <Loading />}
      {data && <Kept kept={data} />}
    </Stack>
  );
}

function Kept({ kept }: { kept: { name: string; bytes: number; made: number }[] }) {
  const { t } = useTranslation("admin");
  const number = useNumbers();
  if (kept.length === 0) return <Text size="sm">{t("backup.none")}</Text>;
  return (
    <List size="sm" spacing="xs">
      {kept.map(({ name, bytes, made }) => (
        <List.Item key={name}>
          <Anchor
            href={`/api/v1/backups/${encodeURIComponent(name)}`}
            download
            style={{ overflowWrap: "anywhere" }}
          >
            {name}
          </Anchor>
          <Text size="xs" c="dimmed">
            <When moment={made} /> ·{" "}
            {number(bytes / 1000, { style: "unit", unit: "kilobyte", maximumFractionDigits: 0 })}
          </Text>
        </List.Item>
      ))}
    </List>
  );
}
