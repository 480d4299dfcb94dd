// What was written in a case: requests, offers, messages, reports, orders; what waits for release.
import { Accordion, Badge, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { releasePath } from "@/actions/item-actions";
import { When } from "@/parts/moment";
import { useNamed } from "@/parts/names";
import { useName } from "@/text/language";

import { Due } from "./due";
import { ItemDetail } from "./item-detail";
import { usePrinting } from "@/parts/printing";
import type { CaseView, Item } from "./queries";

const kinds = ["rfi", "support", "message", "report", "order"] as const;
const page = 50;

export function Exchanges({ view }: { view: CaseView }) {
  const { t } = useTranslation("cases");
  const some = kinds.filter((kind) => view.items.some((item) => item.what === kind));
  return (
    <Stack>
      <Held view={view} />
      {some.length === 0 && <Text size="sm">{t("exchange.none")}</Text>}
      {some.map((kind) => (
        <section key={kind} aria-labelledby={`exchange-${kind}`}>
          <Title order={3} size="h5" id={`exchange-${kind}`} mb="xs">
            {t(`exchange.${kind}`)}
          </Title>
          <ItemList items={view.items.filter((item) => item.what === kind)} view={view} />
        </section>
      ))}
    </Stack>
  );
}

/** The newest first; what is open before what is over. */
function ItemList({ items, view }: { items: Item[]; view: CaseView }) {
  const { t } = useTranslation("cases");
  const printing = usePrinting();
  const [most, setMost] = useState(page);
  const sorted = items.toSorted(
    (one, other) => Number(other.is_open) - Number(one.is_open) || other.at - one.at,
  );
  const shown = printing ? sorted : sorted.slice(0, most);
  return (
    <>
      <Accordion multiple variant="contained" chevronPosition="left" keepMounted={false} order={4}>
        {shown.map((item) => (
          <Accordion.Item value={item.id} key={item.id}>
            <Accordion.Control>
              <ItemLine item={item} />
            </Accordion.Control>
            <Accordion.Panel>
              <ItemDetail id={item.id} view={view} />
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
      {shown.length < sorted.length && (
        <Button variant="default" mt="xs" onClick={() => setMost(most + page)}>
          {t("exchange.more", { count: sorted.length - shown.length })}
        </Button>
      )}
    </>
  );
}

export function ItemLine({ item }: { item: Item }) {
  const { t } = useTranslation("cases");
  const name = useName();
  const party = useNamed("parties");
  const from = item.own && item.post_name ? name(item.post_name) : party(item.origin);
  const to = item.to.map((one) => name(one.name)).join(t("case.comma"));
  return (
    <Stack gap={2} component="span" style={{ display: "flex" }}>
      <Text span size="sm" lineClamp={2}>
        {item.text}
      </Text>
      <Group gap={6} component="span">
        <Badge
          component="span"
          variant={item.is_open ? "filled" : "outline"}
          color={item.is_open ? "teal.9" : "gray.7"}
        >
          {name(item.status_name)}
        </Badge>
        <Text span size="xs">
          {to ? t("exchange.fromTo", { from, to }) : from} · <When moment={item.happened ?? item.at} />
        </Text>
        {item.label && (
          <Badge component="span" variant="outline" color="dark" tt="none">
            {item.label}
          </Badge>
        )}
        {item.is_open && <Due deadline={item.due} />}
      </Group>
    </Stack>
  );
}

function Held({ view }: { view: CaseView }) {
  const { t } = useTranslation("cases");
  const name = useName();
  if (view.held.length === 0) return null;
  return (
    <section aria-labelledby="held">
      <Title order={3} size="h5" id="held" mb="xs">
        {t("exchange.held")}
      </Title>
      <Stack gap={6}>
        {view.held.map((held) => (
          <Group key={held.id} gap="xs">
            <Badge variant="outline" color="dark" tt="none">
              {held.label}
            </Badge>
            <Text size="sm">
              {name(held.name)} → {name(held.partner_name)} · <When moment={held.since} />
            </Text>
            <Button
              component={Link}
              to={releasePath(held.id)}
              size="xs"
              variant="default"
              className="no-print"
            >
              {t("exchange.look")}
            </Button>
          </Group>
        ))}
      </Stack>
    </section>
  );
}
