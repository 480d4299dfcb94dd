// What a command is about, in the words of the case: said of commands that wait in the outbox.
import { Text } from "@mantine/core";
import { skipToken, useQuery } from "@tanstack/react-query";

import { elementOf as elementGiven, itemsOf } from "@/actions/concerns";
import { elementOf } from "@/actions/work-offers";
import { caseQuery, itemQuery } from "@/api/queries";
import { useNamed } from "@/parts/names";
import type { Command } from "@/session/session";
import { useName } from "@/text/language";

export function Concerned({ command }: { command: Command }) {
  const post = useNamed("posts");
  const said = [useStep(command), useItem(command), wordsOf(command)];
  const held = command.type === "assume" ? post(command.post) : "";
  const told = [...new Set([held, ...said])].filter(Boolean);
  if (told.length === 0) return null;
  return (
    <Text size="sm" lineClamp={3}>
      {told.join(" · ")}
    </Text>
  );
}

/** The step and the case; as far as they were read before, since the line may be down. */
function useStep(command: Command): string {
  const name = useName();
  const id = "case" in command && command.case ? command.case : "";
  const query = caseQuery(id);
  const { data } = useQuery({ ...query, queryFn: id ? query.queryFn : skipToken });
  const element = elementGiven(command);
  const work = data?.work.find((entry) => elementOf(entry) === element);
  return [work && name(work.name), data?.title ?? id].filter(Boolean).join(" · ");
}

function useItem(command: Command): string {
  const name = useName();
  const id = itemsOf(command).at(-1) ?? "";
  const query = itemQuery(id);
  const { data } = useQuery({ ...query, queryFn: id ? query.queryFn : skipToken });
  if (!data) return id;
  return data.what === "release" ? name(data.name) : `${name(data.what_name)}: ${data.text}`;
}

/** What was written, so that it is known again. */
function wordsOf(command: Command): string {
  if ("text" in command) return command.text;
  if ("title" in command) return command.title;
  if ("situation" in command) return command.situation;
  return "subject" in command ? command.subject : "";
}
