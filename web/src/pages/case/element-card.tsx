// What one element of the diagram is, who does it, by which authority and rule, and what can be done there.
import { Badge, Card, CloseButton, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { WorkActions } from "@/actions/work-actions";
import { modelQuery } from "@/api/queries";
import { flowName, localised, outlineOf, stepName } from "@/diagram/outline";
import { When } from "@/parts/moment";
import { PartyName, PostName } from "@/parts/names";
import { useLanguage, useName } from "@/text/language";

import { Authorities } from "./authorities";
import { type CaseView, drawingQuery } from "./queries";
import { elementOf, namesOf } from "./standing";

interface About {
  view: CaseView;
  element: string;
  close: () => void;
}

export function ElementCard({ view, element, close }: About) {
  const { t } = useTranslation("cases");
  const name = useElementName(view, element);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), [element]);
  const work = view.work.find((entry) => elementOf(entry) === element);
  return (
    <Card withBorder p="sm" mb="md" component="section" aria-labelledby="element" className="no-print">
      <Group justify="space-between" wrap="nowrap" align="start">
        <Title order={2} size="h4" id="element" ref={heading} tabIndex={-1}>
          {name}
        </Title>
        <CloseButton aria-label={t("element.close")} onClick={close} />
      </Group>
      <Stack gap="xs">
        <Who view={view} element={element} />
        <Standing view={view} element={element} />
        <Decided view={view} element={element} />
        {work && <WorkActions work={work} />}
      </Stack>
    </Card>
  );
}

function useElementName(view: CaseView, element: string): string {
  const { data: model } = useQuery(modelQuery);
  const { data: drawing } = useQuery(drawingQuery(view.process, view.digest));
  const language = useLanguage();
  const name = useName();
  const names = namesOf(model, view.process);
  const own = name(names[element]);
  if ((own && own !== element) || !drawing) return own || element;
  const outline = outlineOf(localised(drawing.xml, names, language));
  return flowName(outline, element) || stepName(outline, element);
}

function Who({ view, element }: { view: CaseView; element: string }) {
  const { t } = useTranslation("cases");
  const { data: model } = useQuery(modelQuery);
  const process = model?.processes.find((entry) => entry.id === view.process);
  const known = process?.elements.find((entry) => entry.id === element);
  if (!known) return <Text size="sm">{t("element.flow")}</Text>;
  return (
    <Text size="sm">
      {t(`element.kind.${known.kind}`)}
      {known.party && (
        <>
          {" · "}
          <PartyName id={known.party} />
        </>
      )}
      {known.post && (
        <>
          {" · "}
          {t("element.by")} <PostName id={known.post} />
        </>
      )}
    </Text>
  );
}

/** Whether it is done, under way or waits; of a partner's steps only what was released is known. */
function Standing({ view, element }: { view: CaseView; element: string }) {
  const { t } = useTranslation("cases");
  const done = view.done.find((entry) => entry.element === element);
  const token = view.tokens.find((entry) => entry.element === element);
  return (
    <Group gap="xs">
      {done && (
        <Text size="sm">
          {t("element.done")} <When moment={done.at} />
        </Text>
      )}
      {token && <Badge color="navy">{t(token.kind === "end" ? "element.ended" : "element.here")}</Badge>}
      {token?.reserved && <Badge color="gray.7">{t("element.reserved")}</Badge>}
      {!done && !token && <Text size="sm">{t("element.notYet")}</Text>}
    </Group>
  );
}

function Decided({ view, element }: { view: CaseView; element: string }) {
  const { t } = useTranslation("cases");
  const name = useName();
  const open = view.decisions.open.find((entry) => entry.task === element);
  const taken = view.decisions.taken.filter((entry) => entry.element === element && entry.matter);
  return (
    <>
      {open && (
        <div>
          <Text size="sm">
            {t("element.decides")} <b>{name(open.matter.name)}</b>
          </Text>
          <Authorities authorities={open.authorities} />
        </div>
      )}
      {taken.map((entry) => (
        <Text size="sm" key={entry.id}>
          {t("element.decided")} <b>{name(entry.matter?.name)}</b>:{" "}
          {t(entry.consents ? "decision.given" : "decision.refused")}{" "}
          {entry.rules.map((rule) => (
            <code key={rule}>{rule} </code>
          ))}
        </Text>
      ))}
    </>
  );
}
