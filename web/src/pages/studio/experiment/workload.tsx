// How busy each post is, and how long work waits for it.
import { Progress, Stack, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useNumbers } from "@/parts/moment";
import { WideTable } from "@/parts/wide-table";

import { useLengths } from "./differences";
import { useNamesOf } from "./named";
import type { Came } from "./results";

export function Workload({ result, options }: Came) {
  const { t } = useTranslation("studio");
  const named = useNamesOf(result.outline);
  const numbers = useNumbers();
  const write = useLengths();
  const busiest = (post: string) =>
    Math.max(0, ...options.map((id) => result.report.options[id]?.posts[post]?.utilisation ?? 0));
  const posts = [...new Set(options.flatMap((id) => Object.keys(result.report.options[id]?.posts ?? {})))]
    .filter((post) => busiest(post) > 0)
    .toSorted((one, other) => busiest(other) - busiest(one));
  const most = Math.max(0.01, ...posts.map(busiest));
  return (
    <Stack gap="sm">
      <Text size="sm">{t("workload.about", { most: numbers(most, { style: "percent" }) })}</Text>
      <WideTable label={t("workload.caption")} minWidth={220 + options.length * 130}>
        <Table withTableBorder captionSide="top" stickyHeader>
          <Table.Caption>{t("workload.caption")}</Table.Caption>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("workload.post")}</Table.Th>
              {options.map((id) => (
                <Table.Th key={id} title={named("options", id)}>
                  {id || t("table.asWritten")}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {posts.map((post) => (
              <Table.Tr key={post}>
                <Table.Th scope="row" fw={400}>
                  {named("posts", post)}
                </Table.Th>
                {options.map((id) => {
                  const found = result.report.options[id]?.posts[post];
                  if (!found) return <Table.Td key={id}>—</Table.Td>;
                  return (
                    <Table.Td key={id}>
                      <Progress value={(100 * (found.utilisation ?? 0)) / most} size="sm" aria-hidden />
                      <Text size="xs">
                        {numbers(found.utilisation ?? 0, { style: "percent", maximumFractionDigits: 1 })}
                        {found.mean_wait !== null &&
                          found.mean_wait > 0 &&
                          ` · ${t("workload.wait", { length: write(found.mean_wait) })}`}
                      </Text>
                    </Table.Td>
                  );
                })}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </WideTable>
    </Stack>
  );
}
