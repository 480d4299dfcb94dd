// What is to be simulated: under which options, what of it is told, how often and for how long.
import { Alert, Button, Checkbox, Group, NumberInput, Paper, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { answered, node, NodeError, type Schemas } from "@/api/client";
import { useDraft } from "@/outbox/drafts";
import { Problem, RefusalNote } from "@/parts/problem";
import { useName } from "@/text/language";

import { jobsQuery } from "../queries";
import type { Files } from "../workspace";
import { baselineOf, fitting, type TermsOf, toJob, usual } from "./terms";

interface Props {
  outline: Schemas["Outline"];
  files: Files;
  isUsable: boolean;
  isBusy: boolean;
}

export function Terms({ outline, files, isUsable, isBusy }: Props) {
  const { t } = useTranslation("studio");
  const name = useName();
  const [kept, keep] = useDraft<TermsOf | null>("studio-experiment", null);
  const terms = kept ? fitting(kept, outline) : usual(outline);
  const change = (part: Partial<TermsOf>) => keep({ ...terms, ...part });
  const client = useQueryClient();
  const begin = useMutation({
    networkMode: "always",
    mutationFn: async () =>
      (await answered(node.POST("/api/v1/studio/jobs", { body: toJob(terms, outline, files) }))).data,
    onSuccess: (job) =>
      client.setQueryData(jobsQuery.queryKey, (before: Schemas["Job"][] | undefined) => [
        job,
        ...(before ?? []),
      ]),
  });
  const baseline = baselineOf(outline);
  const isComparison = terms.options.length > 1;
  const isPossible = outline.options.length === 0 || terms.options.length > 0;

  return (
    <Paper
      withBorder
      p="sm"
      component="form"
      onSubmit={(event) => {
        event.preventDefault();
        begin.mutate();
      }}
    >
      <Group align="start" gap="xl">
        {outline.options.length > 0 && (
          <Checkbox.Group
            label={t("experiment.options")}
            value={terms.options}
            onChange={(options) => change({ options })}
          >
            {outline.options.map((option) => (
              <Checkbox
                key={option.id}
                value={option.id}
                mt={8}
                label={`${option.id} ${name(option.name)}${
                  option.id === baseline ? ` ${t("experiment.baseline")}` : ""
                }`}
              />
            ))}
          </Checkbox.Group>
        )}
        <Checkbox.Group
          label={t("experiment.processes")}
          value={terms.processes}
          onChange={(processes) => change({ processes })}
        >
          {outline.processes.map((process) => (
            <Checkbox key={process.id} value={process.id} mt={8} label={name(process.name)} />
          ))}
        </Checkbox.Group>
        <Group align="start" gap="xs">
          <Whole
            label={t("experiment.replications")}
            max={1000}
            value={terms.replications}
            onChange={(replications) => change({ replications })}
          />
          <Whole
            label={t("experiment.days")}
            max={3660}
            value={terms.days}
            onChange={(days) => change({ days })}
          />
          <Whole
            label={t("experiment.seed")}
            max={2_000_000_000}
            value={terms.seed}
            onChange={(seed) => change({ seed })}
          />
        </Group>
      </Group>
      {!isUsable && (
        <Alert color="yellow" mt="xs" p="xs">
          {t("experiment.unusable")}
        </Alert>
      )}
      {begin.error && !isBusy && (
        <>
          {begin.error instanceof NodeError ? (
            <RefusalNote error={begin.error.body} />
          ) : (
            <Problem error={begin.error} />
          )}
        </>
      )}
      <Group mt="sm">
        <Button type="submit" disabled={!isUsable || isBusy || !isPossible || terms.processes.length === 0}>
          {isComparison ? t("experiment.compare", { count: terms.options.length }) : t("experiment.simulate")}
        </Button>
        <Text size="xs">{t("experiment.about")}</Text>
      </Group>
    </Paper>
  );
}

interface Counted {
  label: string;
  max: number;
  value: number;
  onChange: (value: number) => void;
}

function Whole({ label, max, value, onChange }: Counted) {
  return (
    <NumberInput
      size="xs"
      w={120}
      label={label}
      min={1}
      max={max}
      allowDecimal={false}
      value={value}
      onChange={(next) => {
        if (typeof next === "number") onChange(next);
      }}
    />
  );
}
