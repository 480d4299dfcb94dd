// By how much each option differs from the baseline, case by case: said in words, drawn with intervals, in numbers.
import { Stack, Table, Text } from "@mantine/core";
import { IconArrowNarrowDown, IconArrowNarrowUp, IconEqual, IconQuestionMark } from "@tabler/icons-react";
import * as Plot from "@observablehq/plot";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { shortened } from "@/parts/shortened";
import type { Schemas } from "@/api/client";
import { useDurations, useNumbers } from "@/parts/moment";
import { WideTable } from "@/parts/wide-table";

import { shareOf } from "./shares";
import { Key } from "./legend";
import { useNamesOf } from "./named";
import { lookOf } from "./palette";
import { Plotted } from "./plotted";
import type { Came } from "./results";

type Kind = Schemas["JobResult"]["kinds"][number];

export function Differences({ result, measures, options }: Came) {
  const { t } = useTranslation("studio");
  const named = useNamesOf(result.outline);
  const { baseline, differences } = result.report;
  const others = options.filter((id) => id !== baseline);
  return (
    <Stack gap="sm">
      <Text size="sm">
        {t("differences.about", { baseline: `${baseline} ${named("options", baseline)}` })}
      </Text>
      {measures.length > 0 && (
        <>
          <Key options={options} name={(id) => named("options", id)} />
          <Drawn {...{ result, measures, options }} />
        </>
      )}
      <WideTable label={t("differences.caption")} minWidth={220 + others.length * 170}>
        <Table withTableBorder captionSide="top">
          <Table.Caption>{t("differences.caption")}</Table.Caption>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("results.measure")}</Table.Th>
              {others.map((id) => (
                <Table.Th key={id}>
                  {id} {named("options", id)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {measures.map(({ id }) => (
              <Table.Tr key={id}>
                <Table.Th scope="row" fw={400}>
                  {named("measures", id)}
                </Table.Th>
                {others.map((option) => (
                  <Table.Td key={option}>
                    <Said
                      result={result}
                      at={differences.findIndex((one) => one.measure === id && one.option === option)}
                    />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </WideTable>
    </Stack>
  );
}

const ICONS = {
  faster: IconArrowNarrowDown,
  slower: IconArrowNarrowUp,
  slightly: IconEqual,
  unclear: IconEqual,
  same: IconEqual,
  untold: IconQuestionMark,
} satisfies Record<Kind, unknown>;

/** The difference at a place of the report, as the node judges it. */
function Said({ result, at }: { result: Came["result"]; at: number }) {
  const { t } = useTranslation("studio");
  const write = useLengths();
  const percent = useNumbers();
  const found = result.report.differences[at];
  const kind = result.kinds[at];
  if (!found || !kind) return null;
  const Icon = ICONS[kind];
  const [low = 0, high = 0] = found.ci95 ?? [];
  const isClear = kind === "faster" || kind === "slower";
  return (
    <>
      <Text size="sm" fw={isClear ? 700 : 400}>
        <Icon size={15} aria-hidden style={{ verticalAlign: "-2px" }} />{" "}
        {t(`differences.${kind}`, {
          length: write(Math.abs(found.mean ?? 0)),
          share: percent(Math.abs(found.relative ?? 0), { style: "percent" }),
        })}
      </Text>
      {kind !== "untold" && kind !== "same" && (
        <Text size="xs">
          {t("differences.interval", { low: write(low, true), high: write(high, true) })}
          {" · "}
          {t("differences.cases", { count: found.cases })}
        </Text>
      )}
    </>
  );
}

/** Return a function that writes seconds, with their sign where they are a difference. */
export function useLengths(): (seconds: number, isSigned?: boolean) => string {
  const durations = useDurations();
  return (seconds, isSigned = false) => {
    const said = durations(Math.abs(seconds) * 1000);
    if (!isSigned) return said;
    return `${seconds < 0 ? "−" : "+"}${said}`;
  };
}

function Drawn({ result, measures, options }: Came) {
  const { t } = useTranslation("studio");
  const named = useNamesOf(result.outline);
  const { differences, baseline } = result.report;
  const label = t("differences.plot");
  const axis = t("differences.axis", { baseline });
  const names = JSON.stringify(measures.map(({ id }) => named("measures", id)));
  const draw = useMemo(() => {
    const titles = JSON.parse(names) as string[];
    const others = options.filter((id) => id !== baseline);
    const means = result.report.options[baseline]?.measures ?? {};
    const rows = measures.flatMap(({ id }, row) =>
      differences
        .filter((found) => found.measure === id)
        .flatMap((found) => {
          const share = shareOf(found, means[id]?.mean);
          // Side by side in one row, or marks would hide each other.
          const y = row + (others.indexOf(found.option) + 1) / (others.length + 1);
          const right = share ? Math.max(share.high, share.mean) : 0;
          return share
            ? [{ ...share, ...lookOf(options.indexOf(found.option)), y, right, id: found.option }]
            : [];
        }),
    );
    return (width: number): Plot.PlotOptions => ({
      height: 60 + measures.length * Math.max(26, others.length * 15),
      marginLeft: width < 600 ? 110 : 230,
      marginRight: 40,
      marginBottom: 44,
      x: {
        label: shortened(axis, width < 600 ? 34 : 100),
        labelOffset: 40,
        labelArrow: "none",
        labelAnchor: "center",
        tickFormat: "+.0%",
        ticks: width < 600 ? 3 : 8,
        grid: true,
        nice: true,
      },
      y: {
        type: "linear",
        domain: [measures.length, 0],
        ticks: measures.map((_, row) => row + 0.5),
        tickFormat: (at: number) => shortened(titles[Math.floor(at)] ?? "", width < 600 ? 15 : 33),
        tickSize: 0,
        label: null,
      },
      marks: [
        Plot.ruleX([0], { stroke: "#1f2933", strokeWidth: 1.5 }),
        Plot.ruleY(
          measures.slice(1).map((_, row) => row + 1),
          { stroke: "#dde2e7" },
        ),
        ...rows.flatMap((row) => [
          Plot.ruleY([row], { x1: "low", x2: "high", y: "y", stroke: row.colour, strokeWidth: 2 }),
          Plot.dot([row], { x: "mean", y: "y", r: 4, symbol: row.shape, fill: row.colour }),
          Plot.text([row], {
            x: "right",
            y: "y",
            text: "id",
            dx: 7,
            textAnchor: "start",
            fontSize: 10,
            fill: row.colour,
          }),
        ]),
      ],
    });
  }, [measures, differences, options, baseline, names, axis, result]);
  return <Plotted label={label} options={draw} />;
}
