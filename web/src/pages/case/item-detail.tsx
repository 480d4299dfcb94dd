// One item with all that became of it: its words, its files, its offers, every change with its moments.
import { Badge, Group, List, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { itemQuery } from "@/api/queries";
import { When } from "@/parts/moment";
import { useNamed } from "@/parts/names";
import { Problem } from "@/parts/problem";
import { useName } from "@/text/language";

import { FileLink } from "./attachments";
import classes from "./case.module.css";
import { Doing } from "./doing";
import type { CaseView } from "./queries";

type Whole = Exclude<Schemas["ItemView"], Schemas["HeldRelease"]>;

export function ItemDetail({ id, view }: { id: string; view: CaseView }) {
  const { data, error } = useQuery(itemQuery(id));
  if (error) return <Problem error={error} />;
  if (!data) return <Skeleton height={60} />;
  if (data.what === "release") return null;
  return (
    <Stack gap="xs">
      <Text size="sm" className={classes.words ?? ""}>
        {data.text}
      </Text>
      <Terms item={data} />
      <Moments item={data} />
      <Withheld item={data} />
      <Changes item={data} view={view} />
      {data.what === "support" && <Offers offers={data.offers} />}
      <Doing item={data} />
    </Stack>
  );
}

function Terms({ item }: { item: Whole }) {
  const { t } = useTranslation("cases");
  const files = "attachments" in item.terms ? (item.terms.attachments ?? []) : [];
  return (
    <>
      {item.what === "support" && item.terms.quantity !== undefined && (
        <Text size="sm">
          {t("item.quantity", {
            quantity: item.terms.quantity,
            unit: item.terms.unit ?? "",
            matched: item.matched,
          })}
        </Text>
      )}
      {item.what === "report" && item.terms.actions && (
        <Text size="sm">{t("item.actions", { text: item.terms.actions })}</Text>
      )}
      {item.what === "report" && item.terms.needs && (
        <Text size="sm">{t("item.needs", { text: item.terms.needs })}</Text>
      )}
      {files.map((file) => (
        <FileLink key={file.digest} file={file} />
      ))}
    </>
  );
}

/** Own and foreign clocks stand beside each other: each says who asserts it. */
function Moments({ item }: { item: Whole }) {
  const { t } = useTranslation("cases");
  const party = useNamed("parties");
  return (
    <Text size="xs" component="div">
      {item.happened !== null && (
        <>
          {t("item.happened")} <When moment={item.happened} seconds />
          {" · "}
        </>
      )}
      {t(item.own ? "item.recorded" : "item.received")} <When moment={item.at} seconds />
      {!item.own && (
        <>
          {" · "}
          {t("item.saidAt", { party: party(item.origin) })} <When moment={item.said_at} seconds />
        </>
      )}
    </Text>
  );
}

function Withheld({ item }: { item: Whole }) {
  const { t } = useTranslation("cases");
  const party = useNamed("parties");
  return (
    <Group gap="xs">
      {item.held.map((partner) => (
        <Badge key={partner} color="#9a3412">
          {t("item.held", { party: party(partner) })}
        </Badge>
      ))}
      {item.withheld.map((partner) => (
        <Badge key={partner} color="gray.7">
          {t("item.withheld", { party: party(partner) })}
        </Badge>
      ))}
    </Group>
  );
}

function Changes({ item, view }: { item: Whole; view: CaseView }) {
  const { t } = useTranslation("cases");
  const post = useNamed("posts");
  const party = useNamed("parties");
  if (item.changes.length === 0) return null;
  return (
    <List size="sm" spacing={4}>
      {item.changes.map((change) => (
        <List.Item key={change.id}>
          <b>{t(`change.${change.change}`)}</b> · {change.post ? post(change.post) : party(change.party)} ·{" "}
          <When moment={change.happened ?? change.at} seconds />
          {change.text && <Text className={classes.words ?? ""}>{change.text}</Text>}
          {Object.entries(change.terms.outcome ?? {}).map(([id, value]) => (
            <div key={id}>
              <AttributeName id={id} view={view} />: <code>{value}</code>
            </div>
          ))}
          {change.terms.attachments?.map((file) => (
            <FileLink key={file.digest} file={file} />
          ))}
        </List.Item>
      ))}
    </List>
  );
}

function AttributeName({ id, view }: { id: string; view: CaseView }) {
  const name = useName();
  return name(view.attributes.find((entry) => entry.id === id)?.name) || id;
}

function Offers({ offers }: { offers: Schemas["OfferLine"][] }) {
  const { t } = useTranslation("cases");
  const name = useName();
  const party = useNamed("parties");
  if (offers.length === 0) return <Text size="sm">{t("item.noOffers")}</Text>;
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>
        {t("item.offers")}
      </Text>
      {offers.map((offer) => (
        <Stack key={offer.id} gap={4} pl="sm">
          <Group gap="xs">
            <Badge variant="outline" color={offer.is_open ? "teal.9" : "gray.7"}>
              {name(offer.status_name)}
            </Badge>
            <Text size="sm">
              {offer.text} ({offer.terms.quantity ?? 1}) · {party(offer.origin)} · <When moment={offer.at} />
            </Text>
          </Group>
          {offer.is_open && <OfferDoing id={offer.id} />}
        </Stack>
      ))}
    </Stack>
  );
}

/** An offer's own view says what can be done about it. */
function OfferDoing({ id }: { id: string }) {
  const { data } = useQuery(itemQuery(id));
  return data && data.what !== "release" ? <Doing item={data} /> : null;
}
