// Changing over is done in the name of a post: for whoever holds none, how to come by one, at one press.
import { Alert, Button, Group, NativeSelect, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { answered, node } from "@/api/client";
import { meQuery, postsQuery } from "@/api/queries";
import { freeFor, mayHold } from "@/pages/posts/seats";
import { useAssume } from "@/pages/posts/take-seat";
import { RefusalNote } from "@/parts/problem";
import { Refused } from "@/parts/refused";
import { useSession } from "@/session/session";
import { useName } from "@/text/language";

export function NeedsPost() {
  const { t } = useTranslation("studio");
  const { me } = useSession();
  const name = useName();
  const { data = [] } = useQuery(postsQuery);
  const [chosen, setChosen] = useState("");
  const { take, busy, refusal, error } = useTaking();
  // An administrator may allow any; everybody else only takes what is allowed.
  const own = freeFor(data, me);
  const free = me.administrator
    ? [...own, ...data.filter((post) => post.free > 0 && !own.includes(post))]
    : own;
  const post = chosen || (free[0]?.id ?? "");
  return (
    <Alert color="yellow">
      <Stack gap="xs">
        <Text fw={700}>{t("needsPost.title")}</Text>
        <Text size="sm">{t("needsPost.about")}</Text>
        {free.length === 0 && <Text size="sm">{t("needsPost.none")}</Text>}
        {free.length > 0 && (
          <Group align="end">
            <NativeSelect
              label={t("needsPost.post")}
              data={free.map((entry) => ({ value: entry.id, label: name(entry.name) || entry.id }))}
              value={post}
              onChange={(event) => setChosen(event.currentTarget.value)}
            />
            <Button loading={busy} onClick={() => take(post)}>
              {t(mayHold(me, post) ? "needsPost.take" : "needsPost.allow")}
            </Button>
          </Group>
        )}
        {refusal && <RefusalNote error={refusal} />}
        <Refused error={error} />
      </Stack>
    </Alert>
  );
}

/** Take a seat, after allowing it to oneself where an administrator has not been allowed it; the log tells of both. */
function useTaking() {
  const { me } = useSession();
  const client = useQueryClient();
  const { assume, busy, refusal } = useAssume();
  const { mutate, isPending, error } = useMutation({
    mutationFn: async (post: string) => {
      if (!mayHold(me, post)) {
        const params = { path: { name: me.name } };
        const body = { posts: [...me.may_hold, post] };
        await answered(node.POST("/api/v1/accounts/{name}/posts", { params, body }));
        await client.invalidateQueries(meQuery);
      }
      await assume(post);
    },
  });
  return { take: mutate, busy: busy || isPending, refusal, error };
}
