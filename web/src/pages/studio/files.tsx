// The files of the model, one tab each: the text of model.yaml, and each process as a drawing.
import { Button, Group, Skeleton, Stack, Tabs, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { useName, useSaid } from "@/text/language";

import { namesOf } from "./counterexample";
import { NewProcess } from "./new-process";
import { schemaQuery } from "./queries";
import classes from "./studio.module.css";
import type { Workspace } from "./workspace";
import type { Remark } from "./yaml/editor";

const BpmnEditor = lazy(() => import("./bpmn/editor"));
const TextEditor = lazy(() => import("./yaml/editor").then((loaded) => ({ default: loaded.TextEditor })));

const MODEL = "model.yaml";

type Answer = Schemas["CheckAnswer"];

interface Props {
  workspace: Workspace;
  answer: Answer | undefined;
  /** What the last readable text made of the drawings. */
  outline: Answer["outline"] | undefined;
  shown: string;
  onShow: (path: string) => void;
  goTo: { line: number } | null;
}

export function FileTabs({ workspace, answer, outline, shown, onShow, goTo }: Props) {
  const { t } = useTranslation("studio");
  const files = workspace.files ?? {};
  const problems = useMemo(() => answer?.problems ?? [], [answer]);
  return (
    <Stack gap="xs">
      <Tabs value={shown} onChange={(path) => path && onShow(path)} keepMounted={false}>
        <Tabs.List>
          {Object.keys(files)
            .toSorted(byKind)
            .map((path) => (
              <Tabs.Tab key={path} value={path} px="xs">
                {path.replace(/^processes\/(.*)\.bpmn$/, "$1")}
                {workspace.changed.includes(path) && <Sign sign="●" said={t("files.changed")} />}
                {countOf(problems, path) > 0 && (
                  <Sign
                    sign={`⚠${countOf(problems, path)}`}
                    said={t("files.problems", { count: countOf(problems, path) })}
                  />
                )}
              </Tabs.Tab>
            ))}
        </Tabs.List>
        {Object.entries(files).map(([path, text]) => (
          <Tabs.Panel key={path} value={path} pt="xs">
            <Suspense fallback={<Skeleton height={480} />}>
              {path.endsWith(".bpmn") ? (
                <Drawing {...{ path, text, workspace, answer, outline }} />
              ) : (
                <Written {...{ path, text, workspace, problems, goTo }} />
              )}
            </Suspense>
          </Tabs.Panel>
        ))}
      </Tabs>
      <Group gap="xs">
        <Button
          size="xs"
          variant="default"
          disabled={!workspace.changed.includes(shown)}
          onClick={() => workspace.revert(shown)}
        >
          {t("files.revert", { file: shown.replace("processes/", "") })}
        </Button>
        <NewProcess
          taken={Object.keys(files)}
          onMade={(path, text) => {
            workspace.change(path, text);
            onShow(path);
          }}
        />
      </Group>
    </Stack>
  );
}

function Sign({ sign, said }: { sign: string; said: string }) {
  return (
    <span title={said}>
      {" "}
      <span aria-hidden>{sign}</span>
      <VisuallyHidden>{said}</VisuallyHidden>
    </span>
  );
}

interface OneFile {
  path: string;
  text: string;
  workspace: Workspace;
}

function Drawing({ path, text, workspace, answer, outline }: OneFile & Pick<Props, "answer" | "outline">) {
  const { t } = useTranslation("studio");
  const wrong = useMemo(() => wrongIn(answer, outline, path), [answer, outline, path]);
  const model = workspace.files?.[MODEL] ?? "";
  const label = t("files.drawing", { file: path });
  return (
    <BpmnEditor
      // Its own words are given to it once.
      key={label}
      xml={text}
      label={label}
      wrong={wrong}
      names={namesOf(outline?.processes.find((process) => process.file === path))}
      onChange={(xml) => workspace.change(path, xml)}
      model={model}
      onModel={(next) => workspace.change(MODEL, next)}
    />
  );
}

interface WrittenFile extends OneFile {
  problems: Schemas["ProblemAnswer"][];
  goTo: { line: number } | null;
}

function Written({ path, text, workspace, problems, goTo }: WrittenFile) {
  const { t } = useTranslation("studio");
  const schema = useQuery(schemaQuery).data ?? null;
  const remarks = useRemarks(problems, path);
  return (
    <div className={classes.text}>
      <TextEditor
        text={text}
        label={t("files.text", { file: path })}
        schema={path === MODEL ? schema : null}
        remarks={remarks}
        goTo={path === MODEL ? goTo : null}
        onChange={(next) => workspace.change(path, next)}
      />
    </div>
  );
}

function byKind(a: string, b: string): number {
  const rank = (path: string) => (path === MODEL ? 0 : path.endsWith(".bpmn") ? 1 : 2);
  return rank(a) - rank(b) || a.localeCompare(b);
}

function countOf(problems: Schemas["ProblemAnswer"][], path: string): number {
  return problems.filter((problem) => problem.file === path).length;
}

function useRemarks(problems: Schemas["ProblemAnswer"][], path: string): Remark[] {
  const name = useName();
  const said = useSaid();
  const here = problems.filter((problem) => problem.file === path);
  const remarks = here.map((problem) => ({
    line: problem.line,
    column: problem.column,
    endLine: problem.end_line,
    endColumn: problem.end_column,
    severity: problem.severity,
    message: [`${problem.code} ${name(problem.title)}`, said(problem), name(problem.remedy)].join("\n"),
  }));
  const kept = JSON.stringify(remarks);
  return useMemo(() => JSON.parse(kept) as Remark[], [kept]);
}

/** Elements of a drawing on whose lines a problem stands, or that can never happen. */
function wrongIn(answer: Answer | undefined, outline: Props["outline"], path: string): string[] {
  const elements = outline?.processes.find((process) => process.file === path)?.elements ?? [];
  const here = (answer?.problems ?? []).filter((entry) => entry.file === path);
  const lines = new Set(here.map((entry) => entry.line));
  const said = here.map((entry) => entry.message).join("\n");
  const dead = new Set((answer?.table ?? []).flatMap((verdict) => verdict.dead));
  return elements
    .filter(({ id, line }) => lines.has(line) || dead.has(id) || new RegExp(`\\b${id}\\b`).test(said))
    .map(({ id }) => id);
}
