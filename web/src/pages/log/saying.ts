// The words for entries, made once for the whole list: a row that looked them up by itself would be too slow.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { modelQuery } from "@/api/queries";
import { toDate, useMoments } from "@/parts/moment";
import { useLanguage } from "@/text/language";

import { isKnown, kindOf } from "./summary";

export interface Saying {
  /** The words for a kind of entry; a kind of a later version is said as it is. */
  kind: (kind: string) => string;
  /** The name of a post or a party; anything else is said as it is. */
  name: (id: string) => string;
  moment: (at: number) => string;
}

export function useSaying(): Saying {
  const { t } = useTranslation("log");
  const language = useLanguage();
  const { data: model } = useQuery(modelQuery);
  const moments = useMoments();
  return useMemo(() => {
    const named = [...(model?.posts ?? []), ...(model?.parties ?? [])];
    const names = new Map(named.map((each) => [each.id, each.name[language]]));
    return {
      kind: (kind) => {
        const known = kindOf(kind);
        return isKnown(known) ? t(`kind.${known}`) : known;
      },
      name: (id) => names.get(id) ?? id,
      moment: (at) => moments(at, { seconds: true }),
    };
  }, [t, language, model, moments]);
}

export function exact(at: number): string {
  return toDate(at).toISOString();
}
