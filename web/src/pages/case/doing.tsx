// What can be done about an item: at once where this post can, else behind one line that says why not.
import { Accordion } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { ItemActions } from "@/actions/item-actions";
import type { Schemas } from "@/api/client";
import { useSession } from "@/session/session";

interface Acted {
  id: string;
  what: string;
  is_open: boolean;
  actions?: Schemas["ItemAction"][];
}

export function Doing({ item }: { item: Acted }) {
  const { t } = useTranslation("cases");
  const { post } = useSession();
  const isMine = item.actions?.some((action) => action.posts.includes(post)) ?? true;
  if (isMine) return <ItemActions item={item} />;
  if (!item.is_open) return null;
  return (
    <Accordion variant="default" chevronPosition="left" keepMounted={false} className="no-print">
      <Accordion.Item value="why">
        <Accordion.Control>{t("actions.whyNone")}</Accordion.Control>
        <Accordion.Panel>
          <ItemActions item={item} />
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
