// Who can sign in here, and which posts they may hold.
import { Badge, Button, Group, ScrollArea, Stack, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { answered, node } from "@/api/client";
import { When } from "@/parts/moment";
import { useNamed } from "@/parts/names";
import { Loading, Problem } from "@/parts/problem";

import { Refused } from "@/parts/refused";
import { NewAccount, PasswordForm, PostsForm } from "./account-forms";
import { type Account, accountsQuery, EVERY_POST } from "./queries";
import { useChange } from "./change";

type Open = { form: "new" } | { form: "password" | "posts"; account: Account } | null;

export function Accounts() {
  const { t } = useTranslation("admin");
  const { data, error, refetch } = useQuery(accountsQuery);
  const [open, setOpen] = useState<Open>(null);
  if (error && !data) return <Problem error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  const close = () => setOpen(null);
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm">{t("accounts.count", { count: data.length })}</Text>
        <Button onClick={() => setOpen({ form: "new" })}>{t("accounts.new")}</Button>
      </Group>
      <ScrollArea
        type="auto"
        viewportProps={{ tabIndex: 0, role: "region", "aria-label": t("tab.accounts") }}
      >
        <Table miw={900}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("accounts.name")}</Table.Th>
              <Table.Th>{t("accounts.mayHold")}</Table.Th>
              <Table.Th>{t("accounts.state")}</Table.Th>
              <Table.Th>{t("accounts.created")}</Table.Th>
              <Table.Th>{t("accounts.actions")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.map((account) => (
              <Row key={account.name} account={account} open={setOpen} />
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
      <NewAccount isOpen={open?.form === "new"} close={close} />
      {open?.form === "password" && <PasswordForm account={open.account} close={close} />}
      {open?.form === "posts" && <PostsForm account={open.account} close={close} />}
    </Stack>
  );
}

function Row({ account, open }: { account: Account; open: (open: Open) => void }) {
  const { t } = useTranslation("admin");
  const post = useNamed("posts");
  const { name, administrator, disabled, demo, posts, created } = account;
  const { mutate, error, isPending } = useChange(() => {
    const about = { params: { path: { name } } };
    return disabled
      ? answered(node.POST("/api/v1/accounts/{name}/enable", about))
      : answered(node.POST("/api/v1/accounts/{name}/disable", about));
  });
  const held = posts.includes(EVERY_POST) ? t("accounts.every") : posts.map(post).join(", ");
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
          {name}
        </Text>
        {administrator && <Badge variant="outline">{t("accounts.administrator")}</Badge>}
        {demo && (
          <Badge variant="outline" color="dark">
            {t("accounts.demo")}
          </Badge>
        )}
      </Table.Td>
      <Table.Td>{held || t("accounts.none")}</Table.Td>
      <Table.Td>{t(disabled ? "accounts.disabled" : "accounts.enabled")}</Table.Td>
      <Table.Td>
        <When moment={created} />
      </Table.Td>
      <Table.Td>
        <Group gap="xs" wrap="nowrap">
          <Button size="xs" variant="default" onClick={() => open({ form: "password", account })}>
            {t("accounts.password")}
          </Button>
          <Button size="xs" variant="default" onClick={() => open({ form: "posts", account })}>
            {t("accounts.posts")}
          </Button>
          <Button size="xs" variant="default" loading={isPending} onClick={() => mutate()}>
            {t(disabled ? "accounts.enable" : "accounts.disable")}
          </Button>
        </Group>
        <Refused error={error} />
      </Table.Td>
    </Table.Tr>
  );
}
