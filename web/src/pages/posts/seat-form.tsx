// Giving up a seat: to somebody, in one step; or leaving it vacant.
import { Alert, Autocomplete } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { CommandForm } from "@/actions/command-form";
import { postsQuery } from "@/api/queries";

import type { Post } from "./seats";

export type Seated = "hand-over" | "leave";

interface Props {
  post: Post;
  kind: Seated;
  onDone: () => void;
}

export function SeatForm({ post, kind, onDone }: Props) {
  const { t } = useTranslation("session");
  const given = { about: `${kind} ${post.id}`, as: post.id, onDone };
  if (kind === "hand-over") return <HandOver post={post} {...given} />;
  return (
    <>
      <Alert color="yellow" mb="md">
        {t(post.deputies.length > 0 ? "posts.leaveDeputies" : "posts.leaveNobody")}
      </Alert>
      <CommandForm {...given} initial={{}} submit={t("posts.leave")} toWritten={() => ({ type: "leave" })} />
    </>
  );
}

interface Given {
  about: string;
  as: string;
  onDone: () => void;
}

function HandOver({ post, ...given }: Given & { post: Post }) {
  const { t } = useTranslation("session");
  const { data } = useQuery(postsQuery);
  const known = [...new Set((data ?? []).flatMap((entry) => entry.holders))];
  return (
    <CommandForm
      {...given}
      initial={{ to: "" }}
      submit={t("posts.handOver")}
      toWritten={({ to }) => ({ type: "hand-over", to: to.trim() })}
      fields={({ to }, set) => (
        <Autocomplete
          comboboxProps={{ withinPortal: false }}
          openOnFocus={false}
          label={t("posts.handOverTo")}
          description={t("posts.handOverHelp")}
          required
          data-autofocus
          data={known.filter((person) => !post.holders.includes(person))}
          value={to}
          onChange={(next) => set({ to: next })}
        />
      )}
    />
  );
}
