// Where the time goes: on the drawing as heat, and as a list of the longest.
import { Group, NativeSelect, Stack, Table, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { Diagram, type Heat } from "@/diagram/diagram";
import { useNumbers } from "@/parts/moment";
import { WideTable } from "@/parts/wide-table";
import { useName } from "@/text/language";

import { namesOf } from "../counterexample";
import type { Files } from "../workspace";
import { useLengths } from "./differences";
import { useNamesOf } from "./named";
import type { Came } from "./results";

const LONGEST = 12;

interface Props extends Came {
  files: Files;
  asked: string[];
}

export function OnTheDrawing({ result, options, files, asked }: Props) {
  const { t } = useTranslation("studio");
  const named = useNamesOf(result.outline);
  const write = useLengths();
  const name = useName();
  const numbers = useNumbers();
  const { outline, heat } = result;
  const processes = outline.processes.filter(({ id }) => asked.length === 0 || asked.includes(id));
  const [option, setOption] = useState(options[0] ?? "");
  const [chosen, setChosen] = useState(processes[0]?.id ?? "");
  const process = processes.find(({ id }) => id === chosen) ?? processes[0];
  const found = heat.find((entry) => entry.option === option && entry.process === process?.id);
  const longest = longestIn(found);
  const path = outline.options.find(({ id }) => id === option)?.processes[process?.id ?? ""] ?? process?.file;
  const xml = files[path ?? ""];
  const title = t("onDrawing.title", {
    process: named("processes", process?.id ?? ""),
    option: option || t("table.asWritten"),
  });
  return (
    <Stack gap="sm">
      <Text size="sm">{t("onDrawing.about")}</Text>
      <Group>
        <NativeSelect
          label={t("onDrawing.process")}
          value={process?.id ?? ""}
          onChange={(event) => setChosen(event.currentTarget.value)}
          data={processes.map(({ id }) => ({ value: id, label: named("processes", id) }))}
        />
        {options.length > 1 && (
          <NativeSelect
            label={t("onDrawing.option")}
            value={option}
            onChange={(event) => setOption(event.currentTarget.value)}
            data={options.map((id) => ({ value: id, label: `${id} ${named("options", id)}` }))}
          />
        )}
      </Group>
      {xml ? (
        <Heated xml={xml} label={title} process={process} heat={found} />
      ) : (
        <Text>{t("onDrawing.gone")}</Text>
      )}
      <WideTable label={t("onDrawing.caption")} minWidth={520}>
        <Table withTableBorder captionSide="top">
          <Table.Caption>{t("onDrawing.caption")}</Table.Caption>
          <Table.Thead>
            <Table.Tr>
              {(["step", "total", "wait", "work", "share"] as const).map((key) => (
                <Table.Th key={key}>{t(`onDrawing.column.${key}`)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {longest.slice(0, LONGEST).map((entry) => (
              <Table.Tr key={`${entry.element} ${entry.conference}`}>
                <Table.Th scope="row" fw={400}>
                  {name(entry.name) || entry.element || entry.conference}
                </Table.Th>
                <Table.Td>{write(entry.total)}</Table.Td>
                <Table.Td>{entry.wait === null ? "—" : write(entry.wait)}</Table.Td>
                <Table.Td>{entry.work === null ? "—" : write(entry.work)}</Table.Td>
                <Table.Td>{numbers(entry.share, { style: "percent" })}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </WideTable>
    </Stack>
  );
}

const LEAST_SECONDS = 60;

function longestIn(heat: Schemas["Heat"] | undefined): Schemas["ElementTime"][] {
  return (heat?.elements ?? [])
    .filter((entry) => entry.total >= LEAST_SECONDS)
    .toSorted((one, other) => other.total - one.total);
}

interface Warm {
  xml: string;
  label: string;
  process: Schemas["OutlineProcess"] | undefined;
  heat: Schemas["Heat"] | undefined;
}

function Heated({ xml, label, process, heat }: Warm) {
  const write = useLengths();
  const names = useMemo(() => namesOf(process), [process]);
  const drawn = longestIn(heat).filter((entry) => entry.element);
  // The drawing is coloured anew only where what is written on it has changed.
  const said = JSON.stringify(
    Object.fromEntries(drawn.map(({ element, total }) => [element, { value: total, label: write(total) }])),
  );
  const shown = useMemo(() => JSON.parse(said) as Record<string, Heat>, [said]);
  return <Diagram xml={xml} label={label} names={names} heat={shown} height={460} />;
}
