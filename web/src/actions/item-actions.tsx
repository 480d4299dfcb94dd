// What can be done about an item: asked of the node, so that what is shown as possible is what it would do.
import { Button, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { Schemas } from "@/api/client";
import { itemQuery } from "@/api/queries";
import { Problem } from "@/parts/problem";
import { useSession } from "@/session/session";
import { useName } from "@/text/language";

import { ActionBar } from "./acting";
import { ItemForm } from "./item-form";
import { askedOfItem, offersOfItem } from "./item-offers";
import type { Item, Offer } from "./offer";
import { Unconfirmed } from "./unconfirmed";
import { WhyNot } from "./why-not";

interface Props {
  /** Any line or view of an item, or something held for a release decision. */
  item: { id: string; what: string } | Schemas["InboxItem"];
  showKeys?: boolean;
}

export function ItemActions({ item, showKeys = false }: Props) {
  if (item.what === "release") return <HeldActions id={item.id} />;
  return <Known item={item} showKeys={showKeys} />;
}

function Known({ item, showKeys }: Required<Props>) {
  const { post } = useSession();
  const { data, error } = useQuery(itemQuery(item.id));
  if (data && data.what !== "release")
    return <Bar item={data} offers={offersOfItem(data)} showKeys={showKeys} />;
  // What the inbox asks for can be done before, and without, the rest.
  const asked = "asks" in item ? askedOfItem(item, item.asks, post) : null;
  if ("asks" in item && asked) return <Bar item={item} offers={[asked]} showKeys={showKeys} />;
  return error ? <Problem error={error} /> : null;
}

interface BarProps {
  item: Item | Schemas["InboxItem"];
  offers: Offer[];
  showKeys: boolean;
}

function Bar({ item, offers, showKeys }: BarProps) {
  const { t } = useTranslation("actions");
  const name = useName();
  return (
    <Stack gap="xs">
      <Unconfirmed about={{ item: item.id }} />
      <ActionBar
        offers={offers.filter((offer) => offer.posts.length > 0 || item.is_open)}
        about={{ item: item.id }}
        name={name(item.what_name)}
        whose={t("addressed", { to: item.to.map((to) => name(to.name)).join(t("comma")) })}
        showKeys={showKeys}
        form={(offer, onDone) => <ItemForm item={item} command={offer.command} onDone={onDone} />}
      />
    </Stack>
  );
}

/** What is held is decided upon with its preview at hand: on the page for releases. */
function HeldActions({ id }: { id: string }) {
  const { t } = useTranslation("actions");
  const { post } = useSession();
  const { data } = useQuery(itemQuery(id));
  const posts = data?.what === "release" ? data.posts : [];
  const isMine = posts.includes(post);
  return (
    <Stack gap="xs">
      <Unconfirmed about={{ item: id }} />
      <div>
        <Button component={Link} to={releasePath(id)} variant={isMine ? "filled" : "default"} size="sm">
          {t(isMine ? "held.decide" : "held.look")}
        </Button>
      </div>
      {data && !isMine && <WhyNot reason={{ message: t("held.others"), rule: "", could: posts }} />}
    </Stack>
  );
}

export function releasePath(id: string): string {
  return `/release?held=${encodeURIComponent(id)}`;
}
