// Who holds what: every own post with its seats, who is on duty now, who stands in; and one's own seats.
import { Group, SegmentedControl, Stack, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { postsQuery } from "@/api/queries";
import { After } from "@/parts/after";
import { PageTitle } from "@/parts/page-title";
import { Loading, Problem } from "@/parts/problem";
import { type Me, useSession } from "@/session/session";
import { useName } from "@/text/language";

import { PostCard } from "./post-card";
import { byHeadquarters, mayHold, type Post } from "./seats";

const filters = ["all", "mine", "free", "vacant"] as const;
type Filter = (typeof filters)[number];

export default function Posts() {
  const common = useTranslation().t;
  return (
    <Stack>
      <PageTitle title={common("nav.posts")} />
      <After first={null}>
        <Seats />
      </After>
    </Stack>
  );
}

function Seats() {
  const { t } = useTranslation("session");
  const { me } = useSession();
  const { data, error, refetch } = useQuery(postsQuery);
  const [filter, setFilter] = useState<Filter>("all");
  const [words, setWords] = useState("");
  if (error && !data) return <Problem error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  const shown = data.filter((post) => isShown(post, filter, me) && matches(post, words));
  return (
    <>
      <Group className="no-print">
        <SegmentedControl
          aria-label={t("posts.filter")}
          data={filters.map((value) => ({ value, label: t(`posts.show.${value}`) }))}
          value={filter}
          onChange={setFilter}
        />
        <TextInput
          aria-label={t("posts.search")}
          placeholder={t("posts.search")}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      </Group>
      {shown.length === 0 && t("posts.none")}
      {byHeadquarters(shown).map((place) => (
        <Place key={place.headquarters} posts={place.posts} />
      ))}
    </>
  );
}

function isShown(post: Post, filter: Filter, me: Me): boolean {
  switch (filter) {
    case "mine":
      return post.holders.includes(me.name);
    case "free":
      return post.free > 0 && mayHold(me, post.id) && !post.holders.includes(me.name);
    case "vacant":
      return post.holders.length === 0;
    case "all":
      return true;
  }
}

function matches(post: Post, words: string): boolean {
  const text = [post.id, post.name.en, post.name.ja, ...post.holders].join(" ").toLowerCase();
  return text.includes(words.trim().toLowerCase());
}

function Place({ posts }: { posts: Post[] }) {
  const name = useName();
  const title = name(posts[0]?.headquarters_name);
  return (
    <Stack gap="xs" component="section" aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      {posts.map((post) => (
        <PostCard key={post.id} post={post} />
      ))}
    </Stack>
  );
}
