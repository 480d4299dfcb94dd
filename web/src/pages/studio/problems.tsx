// What is wrong with the model, in words; a click goes to the place.
import { Alert, Anchor, List, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { useName, useSaid } from "@/text/language";

interface Props {
  problems: Schemas["ProblemAnswer"][];
  onPlace: (file: string, line: number) => void;
}

export function Problems({ problems, onPlace }: Props) {
  const { t } = useTranslation("studio");
  const name = useName();
  const said = useSaid();
  if (problems.length === 0) return null;
  return (
    <Alert color="red" title={t("problems.title", { count: problems.length })}>
      <List size="sm" spacing={4}>
        {problems.map((problem) => (
          <List.Item key={`${problem.file} ${problem.line} ${problem.column} ${problem.message}`}>
            <Anchor component="button" size="sm" onClick={() => onPlace(problem.file, problem.line)}>
              {problem.file}:{problem.line}:{problem.column}
            </Anchor>{" "}
            <strong>
              {problem.code} {name(problem.title)}
            </strong>
            <Text size="sm">{said(problem)}</Text>
            <Text size="sm">{name(problem.remedy)}</Text>
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
