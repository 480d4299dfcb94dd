// A failure, played: how it comes about, step by step on the planner's own drawing.
import { Alert, Button, Group, List, Paper, Stack, Text, Title } from "@mantine/core";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { Player } from "@/diagram/player";
import type { Names, Step } from "@/diagram/types";
import { useName } from "@/text/language";

import classes from "./studio.module.css";
import type { Files } from "./workspace";

type Answer = Schemas["CheckAnswer"];
type Outlined = NonNullable<Answer["outline"]>["processes"][number];
type Found = Answer["counterexamples"][number];

interface Props {
  answer: Answer;
  /** The cell that was clicked; what is played is what the latest check says of it. */
  verdict: Schemas["Verdict"];
  files: Files;
  onClose: () => void;
}

export function Counterexample({ answer, verdict, files, onClose }: Props) {
  const { t } = useTranslation("studio");
  const name = useName();
  const current = answer.table.find((entry) => isSame(entry, verdict));
  const process = answer.outline?.processes.find((entry) => entry.id === verdict.process);
  const option = answer.outline?.options.find((entry) => entry.id === verdict.option);
  const isFailing = current?.verdict === "fails";
  const title = name((isFailing ? current : verdict).title);
  const heading = useHeading(verdict);
  return (
    <Paper withBorder p="sm" className={classes.played ?? ""} component="section" aria-label={title}>
      <Stack gap="xs">
        <Group justify="space-between">
          <Title order={2} size="h4" ref={heading} tabIndex={-1}>
            {title}
          </Title>
          <Button size="xs" variant="default" onClick={onClose}>
            {t("counterexample.close")}
          </Button>
        </Group>
        <Text size="sm">
          {t("counterexample.about", {
            property: t(`property.${verdict.property}`),
            process: name(process?.name),
            option: option ? `${option.id} ${name(option.name)}` : t("table.asWritten"),
          })}
        </Text>
        {!isFailing && (
          <Alert color="green" role="status">
            {t("counterexample.gone")}
          </Alert>
        )}
        {isFailing && <Dead dead={current.dead} process={process} />}
        {isFailing && (
          <Played
            found={answer.counterexamples.find((example) => example.id === current.counterexample)}
            process={process}
            xml={files[option?.processes[verdict.process] ?? process?.file ?? ""]}
            title={title}
          />
        )}
      </Stack>
    </Paper>
  );
}

function isSame(one: Schemas["Verdict"], other: Schemas["Verdict"]): boolean {
  return (
    one.process === other.process &&
    one.property === other.property &&
    one.scope === other.scope &&
    one.option === other.option
  );
}

/** Take whoever asked for it to what is played. */
function useHeading(verdict: Schemas["Verdict"]) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    heading.current?.closest("section")?.scrollIntoView({ block: "start" });
  }, [verdict]);
  return heading;
}

function Dead({ dead, process }: { dead: string[]; process: Outlined | undefined }) {
  const { t } = useTranslation("studio");
  const name = useName();
  if (dead.length === 0) return null;
  return (
    <Alert color="red" title={t("counterexample.dead")}>
      <List size="sm">
        {dead.map((element) => (
          <List.Item key={element}>
            {name(process?.elements.find((entry) => entry.id === element)?.name) || element}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

interface Playing {
  found: Found | undefined;
  process: Outlined | undefined;
  xml: string | undefined;
  title: string;
}

function Played({ found, process, xml, title }: Playing) {
  const { t } = useTranslation("studio");
  const name = useName();
  const begin = t("counterexample.begin");
  const steps = useMemo(() => (found ? stepsOf(found, begin) : []), [found, begin]);
  const names = useMemo(() => namesOf(process), [process]);
  if (!found || !xml) return null;
  return (
    <Player key={found.id} xml={xml} label={title} steps={steps} names={names} ending="failed" height={420}>
      {found.conclusion.map((sentence) => (
        <Alert key={sentence.en} color="red" mt="xs">
          {name(sentence)}
        </Alert>
      ))}
    </Player>
  );
}

export function stepsOf(found: Found, begin: string): Step[] {
  const first: Step = { fired: [], tokens: tokensOf(found.before), text: { en: begin, ja: begin } };
  const rest = found.steps.map((step) => ({
    fired: step.elements,
    tokens: tokensOf(step.after),
    text: step.sentence,
  }));
  return [first, ...rest];
}

/** A token stands where it is drawn: one that waits in a pool, at the start that it will take. */
function tokensOf(standing: Found["before"]): Step["tokens"] {
  return standing.tokens
    .filter((token) => token.element !== "" && token.kind !== "opening")
    .flatMap(({ element, drawn, count }) =>
      (drawn.length > 0 ? drawn : [element]).map((at) => ({ at, count })),
    );
}

export function namesOf(process: Outlined | undefined): Names {
  return Object.fromEntries((process?.elements ?? []).map(({ id, name }) => [id, name]));
}
