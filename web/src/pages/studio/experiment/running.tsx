// How far a simulation is, or how it ended; it can be given up.
import { Alert, Button, Group, Paper, Progress, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { answered, node, type Schemas } from "@/api/client";
import { useName, useSaid } from "@/text/language";

import { isOver, jobQuery, jobsQuery } from "../queries";

export function Running({ job }: { job: Schemas["Job"] }) {
  const { t } = useTranslation("studio");
  const name = useName();
  const said = useSaid();
  const client = useQueryClient();
  const cancel = useMutation({
    networkMode: "always",
    mutationFn: () =>
      answered(node.DELETE("/api/v1/studio/jobs/{job}", { params: { path: { job: job.id } } })),
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: jobQuery(job.id).queryKey });
      await client.invalidateQueries({ queryKey: jobsQuery.queryKey });
    },
  });
  if (job.state === "failed") {
    return (
      <Alert color="red" role="alert" title={t("experiment.failed")}>
        {job.problems.map((problem) => (
          <Text size="sm" key={problem.code + problem.message}>
            {problem.code} {name(problem.title)}: {said(problem)}
          </Text>
        ))}
      </Alert>
    );
  }
  const { done, total } = job.progress;
  const share = total > 0 ? Math.round((100 * done) / total) : 0;
  return (
    <>
      <div role="status">
        {isOver(job.state) && <Text size="sm">{t(`experiment.state.${over(job)}`)}</Text>}
      </div>
      {!isOver(job.state) && (
        <Paper withBorder p="sm">
          <Group wrap="nowrap">
            <Progress.Root size="lg" style={{ flexGrow: 1 }}>
              <Progress.Section value={share} aria-label={t("experiment.progress")} />
            </Progress.Root>
            <Text size="sm" miw={110}>
              {total > 0 ? t("experiment.done", { share }) : t("experiment.state.queued")}
            </Text>
            <Button size="xs" variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
              {t("experiment.cancel")}
            </Button>
          </Group>
        </Paper>
      )}
    </>
  );
}

function over(job: Schemas["Job"]): "finished" | "cancelled" {
  return job.state === "cancelled" ? "cancelled" : "finished";
}
