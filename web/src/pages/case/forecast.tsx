// What the simulator expects of the running case: bands on one time axis, and the same in words.
import { Alert, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { NodeError, type Schemas } from "@/api/client";
import { forecastQuery } from "@/api/queries";
import { useNumbers } from "@/parts/moment";
import { Problem } from "@/parts/problem";
import { useName } from "@/text/language";

import { reach } from "./axis";
import { Axis, Band } from "./band";
import { ProspectWords } from "./prospect-words";
import type { CaseView } from "./queries";

export function Forecast({ view }: { view: CaseView }) {
  const { t } = useTranslation("cases");
  const { data, error, refetch } = useQuery({ ...forecastQuery(view.id), enabled: view.is_open });
  return (
    <section aria-labelledby="forecast">
      <Title order={3} size="h5" id="forecast" mb="xs">
        {t("forecast.title")}
      </Title>
      {!view.is_open && <Text size="sm">{t("forecast.over")}</Text>}
      {view.is_open && error && !data && <NoForecast error={error} retry={() => void refetch()} />}
      {view.is_open && !data && !error && <Skeleton height={160} />}
      {view.is_open && data && <Expected forecast={data} view={view} />}
    </section>
  );
}

function NoForecast({ error, retry }: { error: Error; retry: () => void }) {
  const { t } = useTranslation("cases");
  if (error instanceof NodeError && error.status === 503) return <Text size="sm">{t("forecast.none")}</Text>;
  return <Problem error={error} retry={retry} />;
}

function Expected({ forecast, view }: { forecast: Schemas["ForecastView"]; view: CaseView }) {
  const { t } = useTranslation("cases");
  const name = useName();
  const { over, measures } = forecast.case;
  const rows = Object.entries(measures)
    .filter(([, prospect]) => !prospect.reached)
    .map(([id, prospect]) => ({
      id,
      prospect,
      title: name(view.measures.find((entry) => entry.measure === id)?.name) || id,
    }));
  const end = reach(rows.length > 0 ? rows.map((row) => row.prospect) : [over], forecast.horizon);
  const from = Date.parse(forecast.moment);
  const all = over.reached ? rows : [...rows, { id: "over", prospect: over, title: t("forecast.whole") }];
  return (
    <Stack gap="sm">
      <Text size="sm">{t("forecast.help")}</Text>
      {all.map(({ id, prospect, title }) => (
        <div key={id}>
          <Text size="sm" fw={600}>
            {title}
          </Text>
          <Band prospect={prospect} end={end} />
          <ProspectWords prospect={prospect} from={from} />
        </div>
      ))}
      <Axis end={end} />
      <Certainty forecast={forecast} />
    </Stack>
  );
}

/** How far this can be trusted, said as plainly as the figures themselves. */
function Certainty({ forecast }: { forecast: Schemas["ForecastView"] }) {
  const { t } = useTranslation("cases");
  const number = useNumbers();
  const facts = [
    t("forecast.replications", { count: forecast.replications, shown: number(forecast.replications) }),
    forecast.beside > 0 && t("forecast.beside", { count: forecast.beside }),
    t(forecast.certain ? "forecast.certain" : "forecast.uncertain"),
    t("forecast.assumed"),
  ];
  return (
    <Alert color={forecast.certain ? "gray" : "yellow"} title={t("forecast.certainty")} p="xs">
      <Text size="sm">{facts.filter(Boolean).join(t("forecast.space"))}</Text>
      {forecast.findings.map((finding) => (
        <Text size="sm" key={`${finding.code} ${finding.message}`}>
          {finding.code} {finding.message}
        </Text>
      ))}
    </Alert>
  );
}
