// Administration: accounts, posts, keys, backup, the model in use, and how the node is. For administrators only.
import { Alert, Stack, Tabs } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";

import { PageTitle } from "@/parts/page-title";
import { useSession } from "@/session/session";

import { Accounts } from "./accounts";
import { Backups } from "./backups";
import { KeysView } from "./keys";
import { Models } from "./models";
import { NodeState } from "./node-state";
import { Seats } from "./seats";

const views = {
  accounts: Accounts,
  posts: Seats,
  keys: KeysView,
  model: Models,
  backup: Backups,
  node: NodeState,
};
type View = keyof typeof views;

export default function Admin() {
  const { t } = useTranslation("admin");
  const common = useTranslation().t;
  const { me } = useSession();
  return (
    <Stack>
      <PageTitle title={common("nav.admin")} />
      {me.administrator ? (
        <Views />
      ) : (
        <Alert color="blue" title={t("only.title")}>
          {t("only.text")}
        </Alert>
      )}
    </Stack>
  );
}

function Views() {
  const { t } = useTranslation("admin");
  const [params, setParams] = useSearchParams();
  const names = Object.keys(views) as View[];
  const view = names.find((each) => each === params.get("view")) ?? "accounts";
  return (
    <Tabs value={view} keepMounted={false} onChange={(next) => setParams(next ? { view: next } : {})}>
      <Tabs.List mb="md">
        {names.map((each) => (
          <Tabs.Tab key={each} value={each}>
            {t(`tab.${each}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {names.map((each) => {
        const Shown = views[each];
        return (
          <Tabs.Panel key={each} value={each}>
            <Shown />
          </Tabs.Panel>
        );
      })}
    </Tabs>
  );
}
