// The posts of the own party: seats, and who holds them now.
import { Anchor, ScrollArea, Stack, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { postsQuery } from "@/api/queries";
import { Loading, Problem } from "@/parts/problem";
import { useName } from "@/text/language";

export function Seats() {
  const { t } = useTranslation("admin");
  const name = useName();
  const { data, error, refetch } = useQuery(postsQuery);
  if (error && !data) return <Problem error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <Stack>
      <Text size="sm">
        {t("seats.help")}{" "}
        <Anchor component={Link} inherit to="/posts">
          {t("seats.page")}
        </Anchor>
      </Text>
      <ScrollArea type="auto" viewportProps={{ tabIndex: 0, role: "region", "aria-label": t("tab.posts") }}>
        <Table miw={620}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("seats.post")}</Table.Th>
              <Table.Th>{t("seats.headquarters")}</Table.Th>
              <Table.Th>{t("seats.seats")}</Table.Th>
              <Table.Th>{t("seats.holders")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.map((post) => (
              <Table.Tr key={post.id}>
                <Table.Td>{name(post.name)}</Table.Td>
                <Table.Td>{name(post.headquarters_name)}</Table.Td>
                <Table.Td>{post.seats}</Table.Td>
                <Table.Td>{post.holders.join(", ") || t("seats.vacant")}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
    </Stack>
  );
}
