// Everything about a case, a tab at a time; on paper all of it, one part after the other.
import { Badge, Box, Tabs, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";

import { timelineQuery } from "@/api/queries";

import { Attachments, filesOf } from "./attachments";
import { Conferences } from "./conferences";
import { DecisionsPart } from "./decisions";
import { Exchanges } from "./exchanges";
import { usePrinting } from "@/parts/printing";
import type { CaseView } from "./queries";
import { Replay } from "./replay";
import { TimePart } from "./time";
import { Timeline } from "./timeline";

const parts = ["decisions", "exchanges", "conferences", "files", "time", "timeline", "replay"] as const;
type Part = (typeof parts)[number];

export function Parts({ view }: { view: CaseView }) {
  const printing = usePrinting();
  return printing ? <OnPaper view={view} /> : <OnScreen view={view} />;
}

function Content({ part, view }: { part: Part; view: CaseView }): ReactNode {
  switch (part) {
    case "decisions":
      return <DecisionsPart view={view} />;
    case "exchanges":
      return <Exchanges view={view} />;
    case "conferences":
      return <Conferences view={view} />;
    case "files":
      return <Attachments view={view} />;
    case "time":
      return <TimePart view={view} />;
    case "timeline":
      return <Timeline view={view} />;
    case "replay":
      return <Replay view={view} />;
  }
}

function OnScreen({ view }: { view: CaseView }) {
  const { t } = useTranslation("cases");
  const [search, setSearch] = useSearchParams();
  const counts = useCounts(view);
  const chosen = parts.find((part) => part === search.get("part")) ?? "decisions";
  function choose(part: string | null) {
    setSearch(part ? { part } : {}, { replace: true, preventScrollReset: true });
  }
  return (
    <Tabs value={chosen} onChange={choose} keepMounted={false} mt="lg">
      <Tabs.List aria-label={t("part.label")}>
        {parts.map((part) => (
          <Tabs.Tab key={part} value={part} rightSection={<Count of={counts[part]} />}>
            {t(`part.${part}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {parts.map((part) => (
        <Tabs.Panel key={part} value={part} pt="md">
          <Content part={part} view={view} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

function Count({ of }: { of: number | undefined }) {
  return of ? (
    <Badge size="sm" variant="light" color="dark">
      {of}
    </Badge>
  ) : null;
}

function useCounts(view: CaseView): Partial<Record<Part, number>> {
  const { data } = useQuery(timelineQuery(view.id));
  return {
    decisions: view.decisions.open.length,
    exchanges: view.items.filter((item) => item.is_open && item.what !== "file" && item.what !== "conference")
      .length,
    conferences: view.items.filter((item) => item.what === "conference" && item.is_open).length,
    files: filesOf(view).length,
    timeline: data?.length ?? 0,
  };
}

function OnPaper({ view }: { view: CaseView }) {
  const { t } = useTranslation("cases");
  return parts
    .filter((part) => part !== "replay")
    .map((part) => (
      <Box key={part} component="section" mt="md">
        <Title order={2} size="h4">
          {t(`part.${part}`)}
        </Title>
        <Content part={part} view={view} />
      </Box>
    ));
}
