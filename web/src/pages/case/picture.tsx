// The user's own diagram with the case on it, as it stands now.
import { Skeleton, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { modelQuery } from "@/api/queries";
import { Diagram } from "@/diagram/diagram";
import { Problem } from "@/parts/problem";
import { useName } from "@/text/language";

import { type CaseView, drawingQuery } from "./queries";
import { marksOf, namesOf, tokensOf } from "./standing";

interface Chosen {
  view: CaseView;
  chosen: string | undefined;
  choose: (element: string) => void;
}

const height = 460;

export function Picture({ view, chosen, choose }: Chosen) {
  const { t } = useTranslation("cases");
  const name = useName();
  const { data: model } = useQuery(modelQuery);
  const { data: drawing, error } = useQuery(drawingQuery(view.process, view.digest));
  const names = useMemo(() => namesOf(model, view.process), [model, view.process]);
  const marks = useMemo(() => marksOf(view), [view]);
  const tokens = useMemo(() => tokensOf(view), [view]);
  return (
    <section aria-labelledby="picture">
      <Title order={2} size="h4" id="picture" mb="xs">
        {t("case.picture")}
      </Title>
      <Text size="sm" mb="xs" className="no-print">
        {t("case.pictureHelp")}
      </Text>
      {error && <Problem error={error} />}
      {!drawing && !error && <Skeleton height={height} />}
      {drawing && model && (
        <Diagram
          xml={drawing.xml}
          label={name(view.process_name)}
          names={names}
          tokens={tokens}
          marks={marks}
          focus={chosen}
          onSelect={choose}
          height={height}
        />
      )}
    </section>
  );
}
