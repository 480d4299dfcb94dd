import { Skeleton, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";

import { linksQuery, modelQuery, postsQuery } from "@/api/queries";
import { After } from "@/parts/after";
import { PageTitle } from "@/parts/page-title";
import { Loading, Problem } from "@/parts/problem";

import { Channels } from "./channels";
import { WorkingHours } from "./hours";
import { Organisation } from "./picture";
import { Counterparts, Relationships } from "./relationships";

// The world is heavy; the page is there before it.
const WorldMap = lazy(() => import("./map"));

export default function HeadquartersPage() {
  const { t } = useTranslation("headquarters");
  const model = useQuery(modelQuery);
  const posts = useQuery(postsQuery);
  const links = useQuery(linksQuery);
  if (model.error) return <Problem error={model.error} retry={() => void model.refetch()} />;
  if (!model.data) return <Loading />;
  return (
    <Stack gap="xl">
      <PageTitle title={t("title")} />
      <After first={<Skeleton height={460} />}>
        <section>
          <Title order={2} size="h4">
            {t("picture.title")}
          </Title>
          <Organisation model={model.data} posts={posts.data ?? []} />
        </section>
        <Relationships model={model.data} />
        <Counterparts model={model.data} />
        <WorkingHours model={model.data} />
        <Suspense fallback={<Skeleton height={460} />}>
          <WorldMap model={model.data} links={links.data ?? []} />
        </Suspense>
        <Channels model={model.data} links={links.data ?? []} />
      </After>
    </Stack>
  );
}
