// How the node is, in a few numbers; the whole of them is for collectors, at /metrics.
import { Alert, Stack, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { useNumbers } from "@/parts/moment";
import { Loading, Problem } from "@/parts/problem";

import { figuresQuery } from "./queries";

const told = [
  "log_entries",
  "open_cases",
  "cases",
  "items",
  "held_releases",
  "seats_taken",
  "links_waiting",
  "links_forked",
  "links_disowned",
] as const;

export function NodeState() {
  const { t } = useTranslation("admin");
  const number = useNumbers();
  const { data, error, refetch } = useQuery(figuresQuery);
  if (error && !data) return <Problem error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <Stack maw={520}>
      <Alert color={data.running ? "teal" : "red"}>{t(data.running ? "node.running" : "node.stopped")}</Alert>
      <Table>
        <Table.Tbody>
          {told.map((name) => (
            <Table.Tr key={name}>
              <Table.Th scope="row">{t(`node.${name}`)}</Table.Th>
              <Table.Td ta="right">{number(data.numbers[name] ?? 0)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="sm">
        {t("node.metrics")} <code>/metrics</code>
      </Text>
    </Stack>
  );
}
