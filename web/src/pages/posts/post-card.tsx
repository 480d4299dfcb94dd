// One post: who holds it, whether it is on duty, its hours, its deputies, and what one can do about its seats.
import { Badge, Button, Card, Group, Stack, Text } from "@mantine/core";
import { IconMoon, IconSun, IconUserOff } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ActionDialog } from "@/actions/dialog";
import { Unconfirmed } from "@/actions/unconfirmed";
import { RefusalNote } from "@/parts/problem";
import { useSession } from "@/session/session";
import { useName } from "@/text/language";

import { Hours } from "./hours";
import { type Seated, SeatForm } from "./seat-form";
import { mayHold, type Post } from "./seats";
import { useAssume } from "./take-seat";

export function PostCard({ post }: { post: Post }) {
  const { t } = useTranslation("session");
  const name = useName();
  const { me, post: current } = useSession();
  return (
    <Card withBorder padding="sm" style={{ breakInside: "avoid" }}>
      <Group justify="space-between" align="start">
        <Stack gap={4}>
          <Group gap="xs">
            <Text fw={600}>{name(post.name)}</Text>
            <Duty post={post} />
            {post.id === current && <Badge tt="none">{t("posts.current")}</Badge>}
            <Unconfirmed about={{ post: post.id }} />
          </Group>
          <Text size="sm">
            {post.holders.length > 0
              ? t("posts.holders", { names: post.holders.join(" · ") })
              : t("posts.vacant")}{" "}
            {t("posts.seats", { count: post.seats, free: post.free })}
          </Text>
          <Hours post={post} />
          <Text size="sm">
            {post.deputies.length > 0
              ? t("posts.deputies", { names: post.deputies.map((deputy) => name(deputy.name)).join(" · ") })
              : t("posts.noDeputies")}
          </Text>
        </Stack>
        {post.holders.includes(me.name) ? <Mine post={post} /> : <Others post={post} />}
      </Group>
    </Card>
  );
}

function Duty({ post }: { post: Post }) {
  const { t } = useTranslation("session");
  const state = post.manned ? "manned" : post.holders.length === 0 ? "vacant" : "offDuty";
  const Icon = { manned: IconSun, vacant: IconUserOff, offDuty: IconMoon }[state];
  return (
    <Badge
      variant="outline"
      tt="none"
      color={state === "manned" ? "teal.9" : "gray.9"}
      leftSection={<Icon size={12} aria-hidden />}
    >
      {t(`posts.duty.${state}`)}
    </Badge>
  );
}

function Mine({ post }: { post: Post }) {
  const { t } = useTranslation("session");
  const name = useName();
  const { post: current, choosePost } = useSession();
  const [asked, setAsked] = useState<Seated | null>(null);
  return (
    <Group gap="xs" className="no-print">
      {post.id !== current && (
        <Button size="xs" onClick={() => choosePost(post.id)}>
          {t("posts.actAs")}
        </Button>
      )}
      <Button size="xs" variant="default" onClick={() => setAsked("hand-over")}>
        {t("posts.handOver")}
      </Button>
      <Button size="xs" variant="default" onClick={() => setAsked("leave")}>
        {t("posts.leave")}
      </Button>
      <ActionDialog
        opened={asked !== null}
        onClose={() => setAsked(null)}
        title={
          asked &&
          t(asked === "leave" ? "posts.leaveTitle" : "posts.handOverTitle", { post: name(post.name) })
        }
      >
        {asked && <SeatForm post={post} kind={asked} onDone={() => setAsked(null)} />}
      </ActionDialog>
    </Group>
  );
}

/** What stands against taking a seat is said; where nothing does, it can be taken. */
function Others({ post }: { post: Post }) {
  const { t } = useTranslation("session");
  const name = useName();
  const { me } = useSession();
  const { assume, busy, refusal } = useAssume();
  if (!mayHold(me, post.id)) return <Reason>{t("posts.notYours")}</Reason>;
  if (post.free === 0) return <Reason>{t("posts.full")}</Reason>;
  return (
    <Stack gap="xs" className="no-print">
      <Button
        size="xs"
        variant="default"
        loading={busy}
        aria-label={t("assume.button", { post: name(post.name) })}
        onClick={() => void assume(post.id)}
      >
        {t("posts.assume")}
      </Button>
      {refusal && <RefusalNote error={refusal} />}
    </Stack>
  );
}

function Reason({ children }: { children: string }) {
  return (
    <Text size="sm" c="dimmed" maw={260}>
      {children}
    </Text>
  );
}
