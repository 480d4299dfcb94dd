// For whoever holds no post: which seats are free for them, the likeliest first. One click, and the inbox opens.
import { Badge, Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { Unconfirmed } from "@/actions/unconfirmed";
import { postsQuery } from "@/api/queries";
import { useGrowing } from "@/parts/growing";
import { Loading, Problem, RefusalNote } from "@/parts/problem";
import { useSession } from "@/session/session";
import { useName } from "@/text/language";

import { freeFor, type Post } from "./seats";
import { useAssume } from "./take-seat";

export function Assume() {
  const { t } = useTranslation("session");
  const { me } = useSession();
  const { data, error, refetch } = useQuery(postsQuery);
  const free = data && freeFor(data, me);
  const { shown, more } = useGrowing(free);
  if (error && !data) return <Problem error={error} retry={() => void refetch()} />;
  if (!free) return <Loading />;
  return (
    <Stack component="section" aria-label={t("assume.title")}>
      <Title order={2} size="h4">
        {t("assume.title")}
      </Title>
      <Text>{free.length > 0 ? t("assume.help") : t("assume.none")}</Text>
      {shown.map((post, at) => (
        <Seat key={post.id} post={post} isFirst={at === 0} />
      ))}
      {more}
    </Stack>
  );
}

function Seat({ post, isFirst }: { post: Post; isFirst: boolean }) {
  const { t } = useTranslation("session");
  const name = useName();
  const { assume, busy, refusal } = useAssume();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // The first seat is the likeliest: Enter takes it.
    if (isFirst) button.current?.focus();
  }, [isFirst]);
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between">
        <div>
          <Text fw={600}>{name(post.name)}</Text>
          <Text size="sm">{name(post.headquarters_name)}</Text>
        </div>
        <Group>
          <Unconfirmed about={{ post: post.id }} />
          {!post.on_duty && (
            <Badge variant="outline" color="dark" tt="none">
              {t("posts.offDuty")}
            </Badge>
          )}
          <Button
            ref={button}
            loading={busy}
            variant={isFirst ? "filled" : "default"}
            aria-label={t("assume.button", { post: name(post.name) })}
            onClick={() => void assume(post.id)}
          >
            {t("posts.assume")}
          </Button>
        </Group>
      </Group>
      {refusal && <RefusalNote error={refusal} />}
    </Card>
  );
}
