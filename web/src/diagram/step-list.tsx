// The drawing in words: every step with its state and its tokens, by pool and lane.
import { Accordion, Anchor, Badge, Group, List, Text } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { MarkBadge } from "./mark-badge";
import { flowName, type Outline, type OutlineStep, outlineOf } from "./outline";
import type { DiagramProps, Token } from "./types";

export function StepList(props: DiagramProps) {
  const { t } = useTranslation("cases");
  const { xml, tokens = [] } = props;
  const outline = useMemo(() => outlineOf(xml), [xml]);
  const shown = outline.steps.filter((step) => step.name || props.marks?.[step.id]);
  const groups = Map.groupBy(shown, (step) => [step.pool, step.lane].filter(Boolean).join(" · "));
  return (
    <Accordion chevronPosition="left" className="no-print" variant="contained" keepMounted={false}>
      <Accordion.Item value="list">
        <Accordion.Control>{t("diagram.list", { count: shown.length })}</Accordion.Control>
        <Accordion.Panel>
          <Waiting outline={outline} tokens={tokens} />
          {[...groups].map(([group, steps]) => (
            <section key={group} aria-label={group}>
              <Text fw={600} size="sm" mt="xs">
                {group}
              </Text>
              <List size="sm" listStyleType="none">
                {steps.map((step) => (
                  <List.Item key={step.id}>
                    <Line step={step} {...props} />
                  </List.Item>
                ))}
              </List>
            </section>
          ))}
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

/** Tokens on flows stand at no step: they are told before the steps. */
function Waiting({ outline, tokens }: { outline: Outline; tokens: Token[] }) {
  const { t } = useTranslation("cases");
  const between = tokens.filter((token) => outline.flows.has(token.at));
  if (between.length === 0) return null;
  return (
    <List size="sm" withPadding>
      {between.map((token) => (
        <List.Item key={`${token.at} ${token.party ?? ""}`}>
          {t("diagram.tokensAt", { count: token.count, place: token.name ?? flowName(outline, token.at) })}
        </List.Item>
      ))}
    </List>
  );
}

function Line({ step, marks, said, heat, tokens = [], onSelect }: DiagramProps & { step: OutlineStep }) {
  const { t } = useTranslation("cases");
  const mark = marks?.[step.id];
  const count = tokens.filter((token) => token.at === step.id).reduce((sum, token) => sum + token.count, 0);
  const name = step.name || step.id;
  return (
    <Group gap={6}>
      {onSelect ? (
        <Anchor component="button" type="button" size="sm" onClick={() => onSelect(step.id)}>
          {name}
        </Anchor>
      ) : (
        <span>{name}</span>
      )}
      {mark && (
        <Group gap={4}>
          <MarkBadge mark={mark} />
          <Text size="xs">{said?.[mark] ?? t(`diagram.mark.${mark}`)}</Text>
        </Group>
      )}
      {count > 0 && <Badge color="navy">{t("diagram.tokens", { count })}</Badge>}
      {heat?.[step.id] && <Badge color="gray.7">{heat[step.id]?.label}</Badge>}
    </Group>
  );
}
