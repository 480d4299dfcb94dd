// What came out of a simulation or a comparison. Loaded when there is something to show.
import { Alert, NativeSelect, Stack, Tabs, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { useNumbers } from "@/parts/moment";

import type { Files } from "../workspace";
import { Differences } from "./differences";
import { Distributions } from "./distributions";
import { OnTheDrawing } from "./drawing";
import { useNamesOf } from "./named";
import { Workload } from "./workload";
import { Why } from "./why";

export interface Came {
  result: Schemas["JobResult"];
  /** Measures that are asked about: those of the chosen processes. */
  measures: Schemas["OutlineMeasure"][];
  options: string[];
}

interface Props {
  job: Schemas["Job"];
  result: Schemas["JobResult"];
  files: Files;
  /** Whether the model has been changed since. */
  isOlder: boolean;
}

export default function Results({ job, result, files, isOlder }: Props) {
  const { t } = useTranslation("studio");
  const numbers = useNumbers();
  const named = useNamesOf(result.outline);
  const { report, outline } = result;
  const options = Object.keys(report.options);
  const asked = job.asked.processes;
  const measures = outline.measures.filter(({ process }) => asked.length === 0 || asked.includes(process));
  const isComparison = report.differences.length > 0;
  const [view, setView] = useState(isComparison ? "differences" : "distributions");
  const [measure, setMeasure] = useState(measures[0]?.id ?? "");
  const came = { result, measures, options };
  const chosen = measures.find(({ id }) => id === measure) ?? measures[0];
  const choice = (
    <NativeSelect
      label={t("results.measure")}
      value={measure}
      maw={420}
      onChange={(event) => setMeasure(event.currentTarget.value)}
      data={measures.map(({ id }) => ({ value: id, label: named("measures", id) }))}
    />
  );

  return (
    <Stack component="section" aria-label={t("results.title")} gap="xs">
      <Title order={2} size="h4">
        {t("results.title")}
      </Title>
      <Text size="sm">
        {t("results.about", {
          options: options.filter(Boolean).join(", ") || t("table.asWritten"),
          replications: numbers(report.replications),
          days: numbers(Math.round(report.horizon / 86_400)),
          seed: report.seed,
        })}
      </Text>
      {isOlder && (
        <Alert color="yellow" p="xs">
          {t("results.older")}
        </Alert>
      )}
      <Tabs value={view} onChange={(next) => setView(next ?? "distributions")} keepMounted={false}>
        <Tabs.List>
          {isComparison && <Tabs.Tab value="differences">{t("results.differences")}</Tabs.Tab>}
          {isComparison && <Tabs.Tab value="why">{t("results.why")}</Tabs.Tab>}
          <Tabs.Tab value="distributions">{t("results.distributions")}</Tabs.Tab>
          <Tabs.Tab value="workload">{t("results.workload")}</Tabs.Tab>
          <Tabs.Tab value="drawing">{t("results.drawing")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="differences" pt="sm">
          <Differences {...came} />
        </Tabs.Panel>
        <Tabs.Panel value="why" pt="sm">
          {choice}
          {chosen && <Why {...came} measure={chosen} />}
        </Tabs.Panel>
        <Tabs.Panel value="distributions" pt="sm">
          {choice}
          {chosen && <Distributions {...came} measure={chosen} />}
        </Tabs.Panel>
        <Tabs.Panel value="workload" pt="sm">
          <Workload {...came} />
        </Tabs.Panel>
        <Tabs.Panel value="drawing" pt="sm">
          <OnTheDrawing {...came} files={files} asked={asked} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
