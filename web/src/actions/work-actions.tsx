// What can be done about a piece of work: buttons for the current post, and for what it may not do, who could.
import { Badge, Group, Stack, Text } from "@mantine/core";
import { IconUserCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { postsQuery } from "@/api/queries";
import { When } from "@/parts/moment";
import { useNamed } from "@/parts/names";
import { useName } from "@/text/language";

import { ActionBar } from "./acting";
import type { Offer, Work } from "./offer";
import { Unconfirmed } from "./unconfirmed";
import { WorkForm } from "./work-form";
import { elementOf, offersOfWork } from "./work-offers";

interface Props {
  work: Work;
  showKeys?: boolean;
}

export function WorkActions({ work, showKeys = false }: Props) {
  const { t } = useTranslation("actions");
  const name = useName();
  const post = useNamed("posts");
  const offers = useWorkOffers(work);
  const whose = work.posts.map(post).join(t("comma"));
  const about = { case: work.case, element: elementOf(work) };
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Claimed work={work} />
        <Unconfirmed about={about} />
      </Group>
      <ActionBar
        offers={offers}
        about={about}
        name={name(work.name)}
        whose={t("whose", { posts: whose })}
        showKeys={showKeys}
        form={(offer, onDone) => <WorkForm work={work} command={offer.command} onDone={onDone} />}
      />
    </Stack>
  );
}

export function useWorkOffers(work: Work): Offer[] {
  const { data } = useQuery(postsQuery);
  const bound = work.kind === "task" ? work.post : null;
  const deputies = data?.find((entry) => entry.id === bound)?.deputies ?? [];
  return offersOfWork(
    work,
    deputies.map((deputy) => deputy.id),
  );
}

/** Who has taken it on, since when; to whom it was delegated; that a conference holds it. */
function Claimed({ work }: { work: Work }) {
  const { t } = useTranslation("actions");
  const post = useNamed("posts");
  if (work.kind !== "task") return null;
  const { claimed, delegated } = work;
  return (
    <>
      {claimed && (
        <Text size="sm" component="span">
          <IconUserCheck size={14} aria-hidden />{" "}
          {t("claimed", { person: claimed.person, post: post(claimed.post) })} <When moment={claimed.since} />
        </Text>
      )}
      {delegated.length > 0 && (
        <Text size="sm" component="span">
          {t("delegated", { posts: delegated.map(post).join(t("comma")) })}
        </Text>
      )}
      {work.denied && <Badge color="red.9">{t("denied")}</Badge>}
      {work.held_by_conference && <Badge color="gray.7">{t("heldByConference")}</Badge>}
    </>
  );
}
