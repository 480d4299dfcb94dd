// Log and link: what was recorded, that it was left as it is, and how the lines to the partners stand.
import { Stack, Tabs } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";

import { After } from "@/parts/after";
import { PageTitle } from "@/parts/page-title";

import { Links } from "./links";
import { LogView } from "./log-view";
import { Proofs } from "./proofs";

const views = ["log", "proofs", "links"] as const;

export default function Log() {
  const { t } = useTranslation("log");
  const common = useTranslation().t;
  const [params, setParams] = useSearchParams();
  const view = views.find((each) => each === params.get("view")) ?? "log";
  return (
    <Stack>
      <PageTitle title={common("nav.log")} />
      <Tabs
        value={view}
        keepMounted={false}
        onChange={(next) => setParams(next && next !== "log" ? { view: next } : {})}
      >
        <Tabs.List mb="md">
          {views.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t(`tab.${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <After first={null}>
          <Tabs.Panel value="log">
            <LogView />
          </Tabs.Panel>
          <Tabs.Panel value="proofs">
            <Proofs />
          </Tabs.Panel>
          <Tabs.Panel value="links">
            <Links />
          </Tabs.Panel>
        </After>
      </Tabs>
    </Stack>
  );
}
