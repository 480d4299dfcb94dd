// Completing, approving, denying, choosing: which way it goes, asked in as few questions as the model leaves.
import { Radio, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useNamed } from "@/parts/names";
import { useName } from "@/text/language";

import {
  againstAnswer,
  attributeOf,
  chosenWay,
  flowsNamed,
  type Picked,
  type Question,
  questionsOf,
  type Way,
} from "./alternatives";
import type { Written } from "./command";
import { CommandForm } from "./command-form";
import type { Kind } from "./command";
import { WhyNot } from "./why-not";

interface Props {
  about: string;
  command: Kind;
  ways: readonly Way[];
  toWritten: (way: Way) => Written;
  onDone: () => void;
}

export function WaysForm({ about, command, ways, toWritten, onDone }: Props) {
  const { t } = useTranslation("actions");
  const questions = questionsOf(ways);
  const isAsking = questions.length > 0;
  return (
    <CommandForm<Picked>
      about={about}
      initial={{}}
      submit={t(`command.${command}`)}
      color={command === "deny" ? "red.9" : undefined}
      toWritten={(picked) => {
        const way = chosenWay(ways, picked);
        return way ? toWritten(way) : t("pickWay");
      }}
      fields={
        isAsking
          ? (picked, set) => (
              <Stack>
                {questions.map((question) => (
                  <Asked
                    key={question.key}
                    question={question}
                    ways={ways}
                    value={picked[question.key] ?? ""}
                    onChange={(answer) => set({ [question.key]: answer })}
                  />
                ))}
                <AgainstWay way={chosenWay(ways, picked)} />
              </Stack>
            )
          : undefined
      }
      onDone={onDone}
    />
  );
}

interface AskedProps {
  question: Question;
  ways: readonly Way[];
  value: string;
  onChange: (answer: string) => void;
}

function Asked({ question, ways, value, onChange }: AskedProps) {
  const { t } = useTranslation("actions");
  const named = useNamed("attributes");
  const name = useName();
  const attribute = attributeOf(question.key);
  const answerName = (answer: string) => {
    if (question.key === "again") return t(answer === "yes" ? "again.yes" : "again.no");
    if (question.key !== "flows") return answer;
    const flows = flowsNamed(ways, answer);
    return flows.map((flow) => name(flow.name) || flow.id).join(t("comma"));
  };
  return (
    <Radio.Group
      label={attribute === null ? t(question.key === "again" ? "again.label" : "flows") : named(attribute)}
      value={value}
      onChange={onChange}
      required
    >
      <Stack gap="xs" mt="xs">
        {question.answers.map((answer, at) => (
          <Radio
            key={answer}
            value={answer}
            label={answerName(answer)}
            description={againstAnswer(ways, question.key, answer) ? t("notNow") : undefined}
            data-autofocus={at === 0 || undefined}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}

function AgainstWay({ way }: { way: Way | null }) {
  return way?.refusal ? <WhyNot reason={way.refusal} /> : null;
}
