// Why the current post may not do something, by which rule, who could, and whether that is also oneself.
import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconArrowsExchange, IconLock } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { useNamed } from "@/parts/names";
import { type Ruled, RuleLine } from "@/parts/rule";
import { useSession } from "@/session/session";
import { type Said, useSaid } from "@/text/language";

interface Reason extends Said, Ruled {
  could: readonly string[];
}

/** Posts that one holds oneself, other than the current one. */
export function useOwnPosts(posts: readonly string[]): string[] {
  const { me, post } = useSession();
  return me.posts.filter((held) => held !== post && posts.includes(held));
}

interface Props {
  reason: Reason;
  /** What it stands against. */
  title?: string;
  able?: readonly string[];
}

export function WhyNot({ reason, title, able = [] }: Props) {
  const { t } = useTranslation("actions");
  const common = useTranslation("common").t;
  const name = useNamed("posts");
  const said = useSaid();
  const could = [...new Set([...able, ...reason.could])];
  return (
    <Alert color="gray" icon={<IconLock size={18} aria-hidden />} p="xs" title={title}>
      <Stack gap={4}>
        <Text size="sm">{said(reason)}</Text>
        <RuleLine ruled={reason} />
        {could.length > 0 && (
          <Text size="sm">
            {common("refusal.could")}: {could.map(name).join(t("comma"))}
          </Text>
        )}
        <SwitchPost posts={could} />
      </Stack>
    </Alert>
  );
}

/** For those who hold several posts: go on as another of one's own that could. */
export function SwitchPost({ posts }: { posts: readonly string[] }) {
  const { t } = useTranslation("actions");
  const { choosePost } = useSession();
  const name = useNamed("posts");
  const own = useOwnPosts(posts);
  if (own.length === 0) return null;
  return (
    <Group gap="xs">
      {own.map((held) => (
        <Button
          key={held}
          size="xs"
          variant="default"
          leftSection={<IconArrowsExchange size={16} aria-hidden />}
          onClick={() => choosePost(held)}
        >
          {t("actAs", { post: name(held) })}
        </Button>
      ))}
    </Group>
  );
}
