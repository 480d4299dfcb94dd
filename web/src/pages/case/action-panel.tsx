// What the current post can do in this case now; and for the rest, who could, and why this post may not.
import { Accordion, Badge, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { ItemActions } from "@/actions/item-actions";
import { WorkActions } from "@/actions/work-actions";
import { PostName } from "@/parts/names";
import { RuleName } from "@/parts/rule";
import { useSession } from "@/session/session";
import { useName, useSaid } from "@/text/language";

import { askedItems, mine, otherActions, type OtherAction } from "./possible";
import type { CaseView, Item, Work } from "./queries";
import { Due } from "./due";

export function ActionPanel({ view }: { view: CaseView }) {
  const { t } = useTranslation("cases");
  const { post } = useSession();
  const work = mine(view, post);
  const items = askedItems(view, post);
  return (
    <section aria-labelledby="actions">
      <Title order={2} size="h4" id="actions" mb="xs">
        {post ? (
          <>
            {t("actions.title")} <PostName id={post} />
          </>
        ) : (
          t("actions.noPost")
        )}
      </Title>
      <Stack gap="xs">
        {work.length + items.length === 0 && <Text size="sm">{t("actions.nothing")}</Text>}
        {work.map((entry) => (
          <WorkCard work={entry} key={entry.id} />
        ))}
        {items.map((item) => (
          <ItemCard item={item} key={item.id} />
        ))}
        <Others actions={otherActions(view, post)} />
      </Stack>
    </section>
  );
}

function WorkCard({ work }: { work: Work }) {
  const name = useName();
  return (
    <Card withBorder p="sm">
      <Group justify="space-between" gap="xs" mb={6}>
        <Text fw={600}>{name(work.name)}</Text>
        <Due deadline={work.deadline} />
      </Group>
      <WorkActions work={work} />
    </Card>
  );
}

function ItemCard({ item }: { item: Item }) {
  const name = useName();
  return (
    <Card withBorder p="sm">
      <Group justify="space-between" gap="xs" mb={6}>
        <Badge variant="outline" color="dark">
          {name(item.what_name)}
        </Badge>
        <Due deadline={item.due} />
      </Group>
      <Text size="sm" lineClamp={3} mb={6}>
        {item.text}
      </Text>
      <ItemActions item={item} />
    </Card>
  );
}

function Others({ actions }: { actions: OtherAction[] }) {
  const { t } = useTranslation("cases");
  if (actions.length === 0) return null;
  return (
    <Accordion variant="contained" chevronPosition="left" keepMounted={false} className="no-print">
      <Accordion.Item value="others">
        <Accordion.Control>{t("actions.others", { count: actions.length })}</Accordion.Control>
        <Accordion.Panel>
          <Stack gap="sm">
            {actions.map((action) => (
              <Other action={action} key={action.id} />
            ))}
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

/** Why this post may not: the rule of the node where one stands against it, else that it is others' work. */
function Other({ action }: { action: OtherAction }) {
  const { t } = useTranslation("cases");
  const words = useTranslation("actions").t;
  const name = useName();
  const said = useSaid();
  const { could, refusal } = action;
  return (
    <div>
      <Text size="sm" fw={600} lineClamp={2}>
        {words(`command.${action.command}`)}: {name(action.name)}
      </Text>
      {could.length > 0 && (
        <Text size="sm">
          {t("actions.could")}{" "}
          {could.map((post, at) => (
            <span key={post}>
              {at > 0 && t("case.comma")}
              <PostName id={post} />
            </span>
          ))}
        </Text>
      )}
      {refusal && (
        <Text size="sm">
          {t("actions.why")} {said(refusal)} {refusal.rule && <RuleName ruled={refusal} />}
        </Text>
      )}
      {could.length === 0 && !refusal && <Text size="sm">{t("actions.nobody")}</Text>}
    </div>
  );
}
