// One thing that waits: what the partner will see beside what stays, the label, and the decision.
import { Anchor, Alert, Button, Group, Stack, Text, Textarea, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";

import { useDraft } from "@/outbox/drafts";
import { LabelPicker } from "@/parts/label-picker";
import type { Label } from "@/parts/label-rules";
import { useNamed } from "@/parts/names";
import { useAsk } from "@/parts/outcome";
import { RefusalNote } from "@/parts/problem";
import { useSession } from "@/session/session";
import { useName, useSaid } from "@/text/language";

import { Preview } from "./preview";
import type { Held } from "./queries";
import { StaysHere } from "./stays-here";
import classes from "./release.module.css";

export function Decision({ held, mayDecide }: { held: Held; mayDecide: boolean }) {
  const { t } = useTranslation("release");
  const name = useName();
  const [label, setLabel, clearLabel] = useDraft<Label | null>(`release:${held.id}:label`, held.label_terms);
  const [note, setNote, clearNote] = useDraft(`release:${held.id}:note`, "");
  const [, setParams] = useSearchParams();
  const { busy, refusal, ask } = useAsk();
  const said = useSaid();

  async function decide(type: "release" | "withhold") {
    const about = { item: held.id, note, id: "" };
    if (!(await ask(type === "release" ? { type, ...about, label } : { type, ...about }))) return;
    clearLabel();
    clearNote();
    setParams({});
    document.getElementById("page-title")?.focus();
  }

  return (
    <Stack component="section" aria-labelledby="held-title">
      <Title order={2} size="h3" id="held-title" tabIndex={-1}>
        {t("title", { name: name(held.name), partner: name(held.partner_name) })}
      </Title>
      {held.case && (
        <Text size="sm">
          <Anchor component={Link} inherit to={`/cases/${held.case}`}>
            {t("case")}
          </Anchor>
        </Text>
      )}
      {held.against && <Alert color="red" title={t("against")} children={said(held.against)} />}
      {mayDecide && (
        <LabelPicker
          value={label}
          onChange={setLabel}
          partners={[held.partner]}
          channel={held.channel || undefined}
          proposed={held.label_terms}
          required
        />
      )}
      <div className={classes.sides}>
        <Preview held={held} label={mayDecide ? label : held.label_terms} />
        <StaysHere held={held} note={note} />
      </div>
      {mayDecide ? (
        <Stack className="no-print">
          <Textarea
            label={t("note")}
            description={t("noteHelp")}
            value={note}
            maxLength={2000}
            autosize
            minRows={2}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          {refusal && <RefusalNote error={refusal} />}
          <Group>
            <Button loading={busy} disabled={!label} onClick={() => void decide("release")}>
              {t("release", { partner: name(held.partner_name) })}
            </Button>
            <Button variant="default" disabled={busy} onClick={() => void decide("withhold")}>
              {t("withhold")}
            </Button>
          </Group>
        </Stack>
      ) : (
        <WhoDecides posts={held.posts} />
      )}
    </Stack>
  );
}

/** Who could, where the current post may not; one of the person's own posts is one step away. */
function WhoDecides({ posts }: { posts: string[] }) {
  const { t } = useTranslation("release");
  const { me, choosePost } = useSession();
  const post = useNamed("posts");
  const own = posts.filter((each) => me.posts.includes(each));
  return (
    <Alert color="blue" title={t("notYours")}>
      <Text size="sm">
        {posts.length > 0 ? t("decidedBy", { posts: posts.map(post).join(" / ") }) : t("decidedByNobody")}
      </Text>
      {own.map((each) => (
        <Button key={each} size="xs" mt="xs" variant="default" onClick={() => choosePost(each)}>
          {t("actAs", { post: post(each) })}
        </Button>
      ))}
    </Alert>
  );
}
