// How long cases take under each option: which share is done after how long, and the same in numbers.
import { Stack, Table, Text } from "@mantine/core";
import * as Plot from "@observablehq/plot";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { useNumbers } from "@/parts/moment";
import { WideTable } from "@/parts/wide-table";

import { useLengths } from "./differences";
import { unitFor } from "./shares";
import { Key } from "./legend";
import { useNamesOf } from "./named";
import { lookOf } from "./palette";
import { Plotted } from "./plotted";
import type { Came } from "./results";

type OneMeasure = Came & { measure: Schemas["OutlineMeasure"] };

export function Distributions({ result, measures, options, measure }: OneMeasure) {
  const { t } = useTranslation("studio");
  const named = useNamesOf(result.outline);
  const title = named("measures", measure.id);
  return (
    <Stack gap="sm" mt="xs">
      <Text size="sm">{t("distributions.about")}</Text>
      <Key options={options} name={(id) => named("options", id)} />
      <Curves {...{ result, measures, options, measure }} />
      <Figures {...{ result, measures, options, measure }} title={title} />
      <Quantiles {...{ result, measures, options, measure }} title={title} />
    </Stack>
  );
}

function Curves({ result, options, measure }: OneMeasure) {
  const { t } = useTranslation("studio");
  const named = useNamesOf(result.outline);
  const curves = result.distributions.filter((entry) => entry.measure === measure.id);
  const longest = Math.max(0, ...curves.flatMap(({ points }) => points.map((point) => point.seconds ?? 0)));
  const { unit, seconds } = unitFor(Math.max(longest, measure.deadline ?? 0));
  const axis = t(`distributions.axis.${unit}`);
  const share = t("distributions.share");
  const deadline = t("distributions.deadline");
  const draw = useMemo(() => {
    const marks: Plot.Markish[] = curves.flatMap((curve) => {
      const look = lookOf(options.indexOf(curve.option));
      const points = curve.points.filter((point) => point.seconds !== null);
      // Ever thinner, so that one on top of another does not hide it.
      const strokeWidth = Math.max(1.6, 6 - 1.1 * options.indexOf(curve.option));
      const drawn = { stroke: look.colour, strokeDasharray: look.dash, strokeWidth };
      return [
        Plot.line(points, {
          x: (point: Schemas["Point"]) => (point.seconds ?? 0) / seconds,
          y: "share",
          ...drawn,
        }),
      ];
    });
    const due = measure.deadline;
    return (width: number): Plot.PlotOptions => ({
      height: 330,
      marginLeft: 56,
      marginBottom: 44,
      x: {
        label: axis,
        grid: true,
        zero: true,
        labelAnchor: "center",
        labelOffset: 40,
        labelArrow: "none",
        ticks: width < 600 ? 5 : 9,
      },
      y: { label: share, labelArrow: "none", domain: [0, 1], tickFormat: ".0%", grid: true },
      marks: [
        ...marks,
        ...(due === null
          ? []
          : [
              Plot.ruleX([due / seconds], { stroke: "#b3261e", strokeWidth: 1.5, strokeDasharray: "3 3" }),
              Plot.text([deadline], {
                x: () => due / seconds,
                y: 0.04,
                dx: 6,
                textAnchor: "start",
                fill: "#b3261e",
                stroke: "#fff",
                strokeWidth: 4,
              }),
            ]),
        Plot.ruleY([0]),
      ],
    });
    // What came out never changes; what is chosen of it does.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [result, options, measure, seconds, axis, share, deadline]);
  return (
    <Plotted label={t("distributions.plot", { measure: named("measures", measure.id) })} options={draw} />
  );
}

function Figures({ result, options, measure, title }: OneMeasure & { title: string }) {
  const { t } = useTranslation("studio");
  const named = useNamesOf(result.outline);
  const write = useLengths();
  const numbers = useNumbers();
  const length = (seconds: number | null) => (seconds === null ? "—" : write(seconds));
  return (
    <WideTable label={t("distributions.caption", { measure: title })} minWidth={860}>
      <Table withTableBorder captionSide="top">
        <Table.Caption>{t("distributions.caption", { measure: title })}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            {(["option", "mean", "half", "nine", "within", "cases", "never"] as const).map((key) => (
              <Table.Th key={key}>{t(`distributions.column.${key}`)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {options.map((id) => {
            const found = result.report.options[id]?.measures[measure.id];
            if (!found) return null;
            const [low, high] = found.ci95 ?? [];
            return (
              <Table.Tr key={id}>
                <Table.Th scope="row" fw={400}>
                  {id} {named("options", id)}
                </Table.Th>
                <Table.Td>
                  {length(found.mean)}
                  {low !== undefined && high !== undefined && ` (${write(low)} – ${write(high)})`}
                </Table.Td>
                <Table.Td>{length(found.p50)}</Table.Td>
                <Table.Td>{length(found.p90)}</Table.Td>
                <Table.Td>
                  {found.within_deadline === null
                    ? "—"
                    : numbers(found.within_deadline, { style: "percent" })}
                </Table.Td>
                <Table.Td>{numbers(found.cases)}</Table.Td>
                <Table.Td>{numbers(found.censored + found.unfinished)}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </WideTable>
  );
}

/** The curves in numbers, for those who do not see them. */
function Quantiles({ result, options, measure, title }: OneMeasure & { title: string }) {
  const { t } = useTranslation("studio");
  const write = useLengths();
  const numbers = useNumbers();
  const curves = result.distributions.filter((entry) => entry.measure === measure.id);
  const shares = curves[0]?.points.map((point) => point.share) ?? [];
  return (
    <details>
      <summary>{t("distributions.table")}</summary>
      <WideTable
        label={t("distributions.quantiles", { measure: title })}
        minWidth={120 + options.length * 110}
      >
        <Table withTableBorder>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("distributions.share")}</Table.Th>
              {curves.map(({ option }) => (
                <Table.Th key={option}>{option || t("table.asWritten")}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shares.map((share, at) => (
              <Table.Tr key={share}>
                <Table.Th scope="row" fw={400}>
                  {numbers(share, { style: "percent" })}
                </Table.Th>
                {curves.map(({ option, points }) => {
                  const seconds = points[at]?.seconds;
                  return <Table.Td key={option}>{seconds == null ? "—" : write(seconds)}</Table.Td>;
                })}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </WideTable>
    </details>
  );
}
