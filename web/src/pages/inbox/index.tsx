// The inbox: what waits for the current post, by deadline; what it waits for, and from whom.
import { Group, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { NewMenu } from "@/actions/new-menu";
import { Assume } from "@/pages/posts/assume";
import { After } from "@/parts/after";
import { PageTitle } from "@/parts/page-title";
import { useSession } from "@/session/session";

import { Board } from "./board";

export default function Inbox() {
  const common = useTranslation().t;
  const { post } = useSession();
  return (
    <Stack>
      <Group justify="space-between">
        <PageTitle title={common("nav.inbox")} />
        {post && <NewMenu caseId={undefined} />}
      </Group>
      <After first={null}>{post ? <Board post={post} key={post} /> : <Assume />}</After>
    </Stack>
  );
}
