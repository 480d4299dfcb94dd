// Design: the files on one side, what they mean on the other, checked at every pause in typing.
import { Alert, Badge, Group, Stack, Tabs, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";

import { PageTitle } from "@/parts/page-title";
import { Loading, Problem } from "@/parts/problem";
import { useLineState } from "@/session/session";

import { Desk } from "./desk";
import { Experiment } from "./experiment/experiment";
import { type Checked, useChecked } from "./checked";
import { ChangedElsewhere } from "./elsewhere";
import { Versions } from "./versions";
import { useWorkspace } from "./workspace";

const views = ["edit", "experiment", "versions"] as const;

export default function Studio() {
  const { t } = useTranslation("studio");
  const workspace = useWorkspace();
  const checked = useChecked(workspace.files);
  const isDown = useLineState() === "down";
  const [address, setAddress] = useSearchParams();
  const view = views.find((name) => name === address.get("view")) ?? "edit";
  if (!workspace.files && workspace.error) return <Problem error={workspace.error} retry={workspace.retry} />;
  if (!workspace.files) return <Loading />;
  const outline = checked.good?.outline;

  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <PageTitle title={t("title")} />
        <State checked={checked} count={workspace.changed.length} />
      </Group>
      {isDown && (
        <Alert color="yellow" role="alert" p="xs">
          {t("down")}
        </Alert>
      )}
      {workspace.elsewhere && <ChangedElsewhere {...workspace.elsewhere} />}
      <Tabs
        value={view}
        onChange={(next) => setAddress({ view: next ?? "edit" }, { replace: true })}
        keepMounted={false}
      >
        <Tabs.List>
          {views.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`view.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="edit" pt="xs">
          <Desk workspace={workspace} files={workspace.files} checked={checked} />
        </Tabs.Panel>
        <Tabs.Panel value="experiment" pt="xs">
          {outline ? (
            <Experiment
              outline={outline}
              files={workspace.files}
              isUsable={checked.answer?.usable ?? false}
              digest={checked.isOld ? "" : (checked.answer?.digest ?? "")}
            />
          ) : (
            <Text>{t("experiment.unusable")}</Text>
          )}
        </Tabs.Panel>
        <Tabs.Panel value="versions" pt="xs">
          <Versions workspace={workspace} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

/** What is known of the model as it stands, said when it changes. */
function State({ checked, count }: { checked: Checked; count: number }) {
  const { t } = useTranslation("studio");
  const { answer, isOld, error } = checked;
  const failures = answer?.table.filter((verdict) => verdict.verdict === "fails").length ?? 0;
  const said = () => {
    if (error) return t("state.unchecked");
    if (isOld || !answer) return t("state.checking");
    if (!answer.usable) return t("state.unusable", { count: answer.problems.length });
    if (failures > 0) return t("state.fails", { count: failures });
    return answer.complete ? t("state.holds") : t("state.incomplete");
  };
  const isKnown = !error && !isOld && answer;
  const color = isKnown ? (answer.holds ? "#1f6a35" : "#a3211a") : "gray.7";
  return (
    <Group gap="xs">
      <Text size="xs">{t("state.changed", { count })}</Text>
      <div role="status">
        <Badge color={color} size="lg" tt="none">
          {said()}
        </Badge>
      </div>
      {isKnown && <Text size="xs">{t("state.seconds", { seconds: answer.seconds.toFixed(2) })}</Text>}
    </Group>
  );
}
