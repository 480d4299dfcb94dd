// Release: what waits for the decision to let it go, and what has gone.
import { Stack, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";

import { PageTitle } from "@/parts/page-title";
import { Loading, Problem } from "@/parts/problem";

import { heldQuery } from "./queries";
import { ReleasedView } from "./released";
import { Waiting } from "./waiting";

export default function Release() {
  const { t } = useTranslation("release");
  const common = useTranslation().t;
  const [params, setParams] = useSearchParams();
  const { data, error, refetch } = useQuery(heldQuery);
  const view = params.get("view") === "released" ? "released" : "waiting";
  return (
    <Stack>
      <PageTitle title={common("nav.release")} />
      <Tabs
        value={view}
        onChange={(next) => setParams(next === "released" ? { view: next } : {})}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="waiting">{t("waiting", { count: data?.length ?? 0 })}</Tabs.Tab>
          <Tabs.Tab value="released">{t("released")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="waiting">
          {error && !data && <Problem error={error} retry={() => void refetch()} />}
          {!error && !data && <Loading />}
          {data && <Waiting held={data} />}
        </Tabs.Panel>
        <Tabs.Panel value="released">
          <ReleasedView />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
