// The case so far, played step by step on its diagram.
import { Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { modelQuery } from "@/api/queries";
import { Player } from "@/diagram/player";
import { Problem } from "@/parts/problem";

import { type CaseView, drawingQuery, historyQuery } from "./queries";
import { namesOf, stepsOf } from "./standing";

export function Replay({ view }: { view: CaseView }) {
  const { t } = useTranslation("cases");
  const { data: model } = useQuery(modelQuery);
  const { data: drawing } = useQuery(drawingQuery(view.process, view.digest));
  const { data: history, error, refetch } = useQuery(historyQuery(view.id));
  const names = useMemo(() => namesOf(model, view.process), [model, view.process]);
  const steps = useMemo(() => stepsOf(history ?? []), [history]);
  if (error) return <Problem error={error} retry={() => void refetch()} />;
  if (!drawing || !history) return <Skeleton height={460} />;
  return (
    <>
      <Text size="sm" mb="xs">
        {t("replay.help")}
      </Text>
      <Player xml={drawing.xml} label={view.title} names={names} steps={steps} />
    </>
  );
}
