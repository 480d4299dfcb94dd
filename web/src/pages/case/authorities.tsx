// By which rules which posts may decide: in what situation, when, in what form, by what source.
import { List, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { useDurations } from "@/parts/moment";
import { useName } from "@/text/language";

export function Authorities({ authorities }: { authorities: Schemas["AuthorityShown"][] }) {
  const { t } = useTranslation("cases");
  if (authorities.length === 0) return <Text size="sm">{t("authority.none")}</Text>;
  return (
    <List size="sm" spacing={2}>
      {authorities.map((authority) => (
        <List.Item key={authority.rule}>
          <Authority authority={authority} />
        </List.Item>
      ))}
    </List>
  );
}

function Authority({ authority }: { authority: Schemas["AuthorityShown"] }) {
  const { t } = useTranslation("cases");
  const name = useName();
  const duration = useDurations();
  const { when, within, form, source } = authority;
  const terms = [
    when === null ? t("authority.always") : t("authority.when", { condition: when }),
    authority.timing === "afterwards" &&
      (within === null
        ? t("authority.afterwards")
        : t("authority.within", { duration: duration(within * 1000) })),
    name(form),
    source && t("authority.source", { source }),
  ].filter(Boolean);
  return (
    <>
      <b>{name(authority.post_name)}</b>: {terms.join(t("case.semicolon"))} <code>{authority.rule}</code>
    </>
  );
}
