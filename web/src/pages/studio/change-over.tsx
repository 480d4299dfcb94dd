// The one way by which a running headquarters comes to another model: checked first, then confirmed, then recorded.
import { Alert, Button, List, Modal, NativeSelect, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { answered, node, type Schemas } from "@/api/client";
import { Loading, Problem, RefusalNote } from "@/parts/problem";
import { toCommand } from "@/actions/command";
import { useAsk } from "@/parts/outcome";
import { useNamed } from "@/parts/names";
import { useSession } from "@/session/session";
import { useName } from "@/text/language";

import { NeedsPost } from "./needs-post";
import { modelOpenedQuery } from "./queries";

type Entry = Schemas["ModelEntry"];

export function ChangeOver({ entry }: { entry: Entry }) {
  const { t } = useTranslation("studio");
  const common = useTranslation("common").t;
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button size="xs" variant="default" disabled={!entry.digest} onClick={() => setOpen(true)}>
        {t("changeOver.open")}
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={t("changeOver.title")}
        size="lg"
        closeButtonProps={{ "aria-label": common("close") }}
      >
        <Asked entry={entry} onDone={() => setOpen(false)} />
      </Modal>
    </>
  );
}

function Asked({ entry, onDone }: { entry: Entry; onDone: () => void }) {
  const { t } = useTranslation("studio");
  const name = useName();
  const { post } = useSession();
  const named = useNamed("posts");
  const [option, setOption] = useState(entry.option);
  const options = useOptions(entry);
  const { busy, refusal, ask } = useAsk();
  const found = useQuery({
    queryKey: ["node", "adopt-check", entry.id, option],
    queryFn: async () =>
      (
        await answered(
          node.POST("/api/v1/studio/models/{identity}/adopt-check", {
            params: { path: { identity: entry.id }, query: { option } },
          }),
        )
      ).data,
    retry: false,
  });

  async function adopt(digest: string) {
    if (await ask(toCommand({ type: "adopt", digest, option: option || null }))) onDone();
  }

  return (
    <Stack>
      <NativeSelect
        label={t("changeOver.option")}
        data={[{ value: "", label: t("table.asWritten") }, ...options]}
        value={option}
        onChange={(event) => setOption(event.currentTarget.value)}
      />
      {found.isFetching && <Loading />}
      {found.error && <Problem error={found.error} />}
      {found.data && (
        <>
          <Alert color={found.data.holds ? "green" : "red"}>
            {t(found.data.holds ? "changeOver.holds" : "changeOver.fails", {
              count: found.data.failures.length,
            })}
          </Alert>
          <List size="sm">
            {found.data.sentences.map((sentence) => (
              <List.Item key={sentence.en}>{name(sentence)}</List.Item>
            ))}
          </List>
          <Text size="xs" ff="monospace" style={{ overflowWrap: "anywhere" }}>
            {found.data.digest}
          </Text>
          {refusal && <RefusalNote error={refusal} />}
          {post ? (
            <Text size="sm">{t("changeOver.inName", { post: named(post) })}</Text>
          ) : (
            !found.data.in_use && <NeedsPost />
          )}
          <Button
            loading={busy}
            disabled={!post || !found.data.adoptable || found.data.in_use}
            onClick={() => void adopt(found.data.digest)}
          >
            {t(found.data.in_use ? "changeOver.inUse" : "changeOver.confirm")}
          </Button>
        </>
      )}
    </Stack>
  );
}

/** The options that the model's text names, with their ids. */
function useOptions(entry: Entry): { value: string; label: string }[] {
  const { data } = useQuery(modelOpenedQuery(entry.id));
  const text = data?.files["model.yaml"] ?? "";
  const section = /^options:\s*\n((?:[ #].*\n|\n)*)/m.exec(text)?.[1] ?? "";
  const ids = [...section.matchAll(/^ {2}([A-Za-z_][\w.-]*):/gm)].map((match) => match[1] ?? "");
  return ids.map((id) => ({ value: id, label: id }));
}
