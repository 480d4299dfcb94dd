// What is held: what the current post may decide first, then the rest; one of them open beside the list.
import { NavLink, Stack, Text, Title } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";

import { LabelBadge } from "@/parts/label-badge";
import { When } from "@/parts/moment";
import { useSession } from "@/session/session";
import { useName } from "@/text/language";

import { Decision } from "./decision";
import type { Held } from "./queries";
import classes from "./release.module.css";

export function Waiting({ held }: { held: Held[] }) {
  const { t } = useTranslation("release");
  const { post } = useSession();
  const [params, setParams] = useSearchParams();
  const own = held.filter((each) => each.posts.includes(post)).sort(byDeadline);
  const others = held.filter((each) => !each.posts.includes(post)).sort(byDeadline);
  const asked = params.get("held");
  const open = held.find((each) => each.id === asked) ?? own[0] ?? others[0];
  const isNarrow = useMediaQuery("(max-width: 900px)");
  const choose = (id: string) => {
    setParams({ held: id });
    // Where the list stands above, the choice would be out of sight.
    if (isNarrow) setTimeout(() => document.getElementById("held-title")?.focus());
  };

  if (!open) {
    return (
      <Stack gap="xs">
        {asked && <Text role="status">{t("gone")}</Text>}
        <Text>{t("nothing")}</Text>
      </Stack>
    );
  }
  return (
    <div className={classes.both}>
      <nav aria-label={t("list")} className="no-print">
        <Group title={t("own")} empty={t("ownNone")} held={own} open={open.id} choose={choose} />
        {others.length > 0 && (
          <Group title={t("others")} held={others} open={open.id} choose={choose} empty="" />
        )}
      </nav>
      <Decision key={open.id} held={open} mayDecide={own.includes(open)} />
    </div>
  );
}

function byDeadline(a: Held, b: Held): number {
  return (a.deadline ?? Infinity) - (b.deadline ?? Infinity) || a.since - b.since;
}

interface GroupProps {
  title: string;
  empty: string;
  held: Held[];
  open: string;
  choose: (id: string) => void;
}

function Group({ title, empty, held, open, choose }: GroupProps) {
  const name = useName();
  return (
    <Stack gap={2} mb="md">
      <Title order={2} size="h5">
        {title}
      </Title>
      {held.length === 0 && (
        <Text size="sm" c="dimmed">
          {empty}
        </Text>
      )}
      {held.map((each) => (
        <NavLink
          key={each.id}
          component="button"
          active={each.id === open}
          aria-current={each.id === open ? "true" : undefined}
          onClick={() => choose(each.id)}
          label={`${name(each.name)} → ${name(each.partner_name)}`}
          description={<Beneath held={each} />}
        />
      ))}
    </Stack>
  );
}

function Beneath({ held }: { held: Held }) {
  const content = held.content;
  const text = "text" in content ? content.text : "title" in content ? content.title : "";
  return (
    <>
      <Text span size="xs" lineClamp={1}>
        {text}
      </Text>
      <LabelBadge label={held.label_terms} />
      <Text span size="xs" display="block">
        <When moment={held.since} />
      </Text>
    </>
  );
}
