// The model in use and the other versions that the node has; changing over is checked and confirmed first.
import { Alert, Anchor, Badge, Card, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useMoments } from "@/parts/moment";
import { Loading, Problem } from "@/parts/problem";
import { useSession } from "@/session/session";
import { useName } from "@/text/language";

import { modelsQuery } from "../studio/queries";
import { ChangeOver } from "../studio/change-over";

export function Models() {
  const { t } = useTranslation("admin");
  const name = useName();
  const moment = useMoments();
  const { post } = useSession();
  const { data, error, refetch } = useQuery(modelsQuery);
  if (error && !data) return <Problem error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <Stack>
      <Text size="sm">
        {t("model.help")}{" "}
        <Anchor component={Link} inherit to="/studio">
          {t("model.studio")}
        </Anchor>
      </Text>
      {!post && (
        <Alert color="blue">
          {t("model.needsPost")}{" "}
          <Anchor component={Link} inherit to="/posts">
            {t("seats.page")}
          </Anchor>
        </Alert>
      )}
      {data.map((entry) => (
        <Card key={entry.id} withBorder>
          <Group justify="space-between">
            <div style={{ minWidth: 0 }}>
              <Text fw={600}>{name(entry.name)}</Text>
              <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
                {[
                  entry.id,
                  entry.option && t("model.option", { option: entry.option }),
                  entry.saved && t("model.saved", { when: moment(entry.saved), by: entry.by }),
                  entry.digest.slice(0, 12),
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </Text>
              {entry.note && <Text size="sm">{entry.note}</Text>}
            </div>
            {entry.kind === "in-use" ? <Badge>{t("model.inUse")}</Badge> : <ChangeOver entry={entry} />}
          </Group>
        </Card>
      ))}
    </Stack>
  );
}
