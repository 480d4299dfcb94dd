// Who works when, of both sides on one clock: where do the hours of one day overlap?
import { Group, NativeSelect, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { answered, node, type Schemas } from "@/api/client";
import { useDurations, useMoments } from "@/parts/moment";
import { useNamed } from "@/parts/names";
import { Problem } from "@/parts/problem";
import { shortened } from "@/parts/shortened";
import { WideBox } from "@/parts/wide-box";
import { useSession } from "@/session/session";
import { useName } from "@/text/language";

import classes from "./headquarters.module.css";

type Hours = Schemas["Hours"];
type Span = Schemas["TimeSpan"];

interface Row {
  id: string;
  label: string;
  spans: Span[];
  /** Index of the party, or -1 where it is about all. */
  side: number;
}

function hoursQuery(day: string, zone: string) {
  const query = { zone, ...(day ? { day } : {}) };
  return queryOptions({
    queryKey: ["node", "hours", day, zone],
    queryFn: async () => (await answered(node.GET("/api/v1/hours", { params: { query } }))).data,
    placeholderData: keepPreviousData,
  });
}

export function WorkingHours({ model }: { model: Schemas["ModelView"] }) {
  const { t } = useTranslation("headquarters");
  const zones = [...new Set([...model.headquarters.map((place) => place.timezone), "UTC"])];
  const [day, setDay] = useState("");
  const [zone, setZone] = useState(zones[0] ?? "UTC");
  const { data, error, refetch } = useQuery(hoursQuery(day, zone));
  return (
    <Stack gap="xs" component="section">
      <Title order={2} size="h4">
        {t("hours.title")}
      </Title>
      <Group className="no-print">
        <TextInput
          type="date"
          size="xs"
          label={t("hours.day")}
          value={day || (data?.day ?? "")}
          onChange={(event) => setDay(event.currentTarget.value)}
        />
        <NativeSelect
          size="xs"
          label={t("hours.clock")}
          data={zones}
          value={zone}
          onChange={(event) => setZone(event.currentTarget.value)}
        />
      </Group>
      {error && <Problem error={error} retry={() => void refetch()} />}
      {data && <Day hours={data} />}
    </Stack>
  );
}

function Day({ hours }: { hours: Hours }) {
  const { t } = useTranslation("headquarters");
  const length = useDurations();
  const rows = useRows(hours);
  const common = hours.overlap.reduce((sum, span) => sum + span.ends - span.begins, 0);
  return (
    <>
      <Text>
        {common > 0 ? t("hours.overlap", { duration: length(common / 1000) }) : t("hours.none_in_common")}
      </Text>
      <WideBox label={t("hours.title")} minWidth={720}>
        <Bars hours={hours} rows={rows} />
      </WideBox>
      <InWords hours={hours} rows={rows} />
    </>
  );
}

function useRows(hours: Hours): Row[] {
  const { t } = useTranslation("headquarters");
  const place = useNamed("headquarters");
  const name = useName();
  const parties = hours.parties.map((party) => party.id);
  return [
    ...hours.headquarters.map(({ id, party, on_duty }) => ({
      id,
      label: place(id),
      spans: on_duty,
      side: parties.indexOf(party),
    })),
    { id: "both", label: t("hours.both"), spans: hours.overlap, side: -1 },
    ...hours.counterparts.map(({ id, matter, overlap }) => ({
      id: `counterparts ${id}`,
      label: t("hours.counterparts", { matter: name(matter.name) }),
      spans: overlap,
      side: -1,
    })),
  ];
}

const LEFT = 260;
/** Half-width signs that fit beside the bars; the words below have the label whole. */
const LABEL_SIGNS = 39;
const WIDTH = 960;
const ROW = 22;
const TOP = 22;
const STEPS = [0, 3, 6, 9, 12, 15, 18, 21, 24];
const FILLS = [classes.bar, classes.barOther];

function Bars({ hours, rows }: { hours: Hours; rows: Row[] }) {
  const { t } = useTranslation("headquarters");
  const { now } = useSession();
  const height = TOP + rows.length * ROW + 8;
  const at = (moment: number) =>
    LEFT + ((moment - hours.begins) / (hours.ends - hours.begins)) * (WIDTH - LEFT - 12);
  const present = at(now() * 1000);
  return (
    <svg
      role="img"
      aria-label={t("hours.described")}
      viewBox={`0 0 ${WIDTH} ${height}`}
      className={classes.picture}
    >
      {STEPS.map((hour) => {
        const x = LEFT + (hour / 24) * (WIDTH - LEFT - 12);
        return (
          <g key={hour}>
            <line x1={x} x2={x} y1={TOP - 4} y2={height} stroke="#d5dae0" />
            <text x={x} y={14} textAnchor="middle" className={classes.axis}>
              {hour}
            </text>
          </g>
        );
      })}
      {rows.map((row, index) => (
        <g key={row.id} transform={`translate(0 ${TOP + index * ROW})`}>
          <text x={LEFT - 8} y={14} textAnchor="end" className={classes.axis}>
            {shortened(row.label, LABEL_SIGNS)}
            <title>{row.label}</title>
          </text>
          {row.spans.map((span) => (
            <rect
              key={span.begins}
              x={at(span.begins)}
              width={Math.max(1, at(span.ends) - at(span.begins))}
              y={3}
              height={ROW - 8}
              className={row.side < 0 ? classes.overlap : FILLS[row.side % FILLS.length]}
            />
          ))}
        </g>
      ))}
      {present >= LEFT && present <= WIDTH - 12 && (
        <line x1={present} x2={present} y1={TOP - 4} y2={height} stroke="#9b2c2c" strokeWidth={2}>
          <title>{t("hours.now")}</title>
        </line>
      )}
    </svg>
  );
}

function InWords({ hours, rows }: { hours: Hours; rows: Row[] }) {
  const { t } = useTranslation("headquarters");
  const write = useMoments();
  const written = ({ begins, ends }: Span) =>
    ends - begins >= hours.ends - hours.begins
      ? t("hours.always")
      : `${write(begins, { zone: hours.timezone })} – ${write(ends, { zone: hours.timezone })}`;
  return (
    <details>
      <summary>{t("hours.words")}</summary>
      <Table>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.id}>
              <Table.Th scope="row" fw={400}>
                {row.label}
              </Table.Th>
              <Table.Td>{row.spans.map((span) => written(span)).join("; ") || t("hours.closed")}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </details>
  );
}
