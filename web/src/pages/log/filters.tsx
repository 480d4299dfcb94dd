// What is looked for in the log; kept in the address, so that a search can be passed on.
import { Button, Group, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback, useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";

import { postsQuery } from "@/api/queries";
import { useName } from "@/text/language";

import type { Filter } from "./queries";
import { KINDS } from "./summary";

const PAUSE_MS = 300;
const texts = ["q", "subject", "person"] as const;

export function useFilter(): [Filter, (change: Record<string, string>) => void, () => void] {
  const [params, setParams] = useSearchParams();
  const text = (key: string) => params.get(key) ?? "";
  const filter: Filter = {
    q: text("q"),
    kind: text("kind"),
    subject: text("subject"),
    person: text("person"),
    post: text("post"),
    since: moment(text("since")),
    until: moment(text("until")),
  };
  const change = (changed: Record<string, string>) => {
    setParams((before) => {
      const next = new URLSearchParams(before);
      for (const [key, value] of Object.entries(changed)) {
        if (value) next.set(key, value);
        else next.delete(key);
      }
      return next;
    });
  };
  return [filter, change, () => setParams({})];
}

/** From local time, as the field gives it. */
function moment(local: string): number | null {
  const time = new Date(local).getTime();
  return Number.isNaN(time) ? null : time * 1000;
}

type Change = (changed: Record<string, string>) => void;

export function Filters({ change, clear }: { change: Change; clear: () => void }) {
  const { t } = useTranslation("log");
  const isNarrow = useMediaQuery("(max-width: 900px)");
  const [isOpen, setOpen] = useState(false);
  const [params] = useSearchParams();
  const [typed, setTyped] = useState<Record<string, string>>(() => fromAddress(params));
  const search = useDebouncedCallback(change, PAUSE_MS);

  function type(key: string, value: string) {
    const next = { ...typed, [key]: value };
    setTyped(next);
    search(next);
  }
  return (
    <Group component="search" align="end" gap="sm" className="no-print">
      <Typed name="q" value={typed.q} type={type} w={260} />
      {isNarrow && (
        <Button variant="default" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {t(isOpen ? "filter.fewer" : "filter.more")}
        </Button>
      )}
      {(isOpen || !isNarrow) && (
        <>
          <Typed name="subject" value={typed.subject} type={type} w={170} />
          <Typed name="person" value={typed.person} type={type} w={170} />
          <Chosen change={change} />
        </>
      )}
      <Button
        variant="default"
        onClick={() => {
          setTyped({});
          clear();
        }}
      >
        {t("filter.clear")}
      </Button>
    </Group>
  );
}

interface TypedProps {
  name: (typeof texts)[number];
  value: string | undefined;
  type: (name: string, value: string) => void;
  w: number;
}

function Typed({ name, value = "", type, w }: TypedProps) {
  const { t } = useTranslation("log");
  return (
    <TextInput
      label={t(`filter.${name}`)}
      value={value}
      maxLength={200}
      onChange={(event) => type(name, event.currentTarget.value)}
      w={w}
    />
  );
}

/** What is chosen and not typed: kind, post, time. */
function Chosen({ change }: { change: Change }) {
  const { t } = useTranslation("log");
  const name = useName();
  const posts = useQuery(postsQuery).data ?? [];
  const [params] = useSearchParams();
  return (
    <>
      <Select
        label={t("filter.kind")}
        placeholder={t("filter.any")}
        data={KINDS.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
        value={params.get("kind")}
        onChange={(kind) => change({ kind: kind ?? "" })}
        searchable
        clearable
        clearButtonProps={{ "aria-label": t("filter.clearKind") }}
        w={220}
      />
      <Select
        label={t("filter.post")}
        placeholder={t("filter.any")}
        data={posts.map((post) => ({ value: post.id, label: name(post.name) }))}
        value={params.get("post")}
        onChange={(post) => change({ post: post ?? "" })}
        searchable
        clearable
        clearButtonProps={{ "aria-label": t("filter.clearPost") }}
        w={240}
      />
      {(["since", "until"] as const).map((key) => (
        <TextInput
          key={key}
          type="datetime-local"
          label={t(`filter.${key}`)}
          value={params.get(key) ?? ""}
          onChange={(event) => change({ [key]: event.currentTarget.value })}
        />
      ))}
    </>
  );
}

function fromAddress(params: URLSearchParams): Record<string, string> {
  return Object.fromEntries(texts.map((key) => [key, params.get(key) ?? ""]));
}
