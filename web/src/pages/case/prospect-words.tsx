// A prospect in words: by when, how likely it is to be late, and what it hangs on.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { useDurations, useMoments, useNumbers } from "@/parts/moment";
import { useNamed } from "@/parts/names";

interface Told {
  prospect: Schemas["Prospect"];
  /** Milliseconds since 1970 from which the prospect counts. */
  from: number;
}

export function ProspectWords({ prospect, from }: Told) {
  const { t } = useTranslation("cases");
  const sentences = useSentences({ prospect, from });
  return (
    <Text size="sm">
      {sentences.join(t("forecast.space"))} <Hangs prospect={prospect} />
    </Text>
  );
}

function useSentences({ prospect, from }: Told): string[] {
  const { t } = useTranslation("cases");
  const moment = useMoments();
  const duration = useDurations();
  const number = useNumbers();
  const percent = (share: number) =>
    number(share, { style: "percent", maximumFractionDigits: share < 0.1 ? 1 : 0 });
  const by = (seconds: number | null) =>
    seconds === null
      ? t("forecast.beyond")
      : t("forecast.by", {
          moment: moment((from + seconds * 1000) * 1000),
          duration: duration(seconds * 1000),
        });
  const sentences = [t("forecast.band", { half: by(prospect.p50.value), most: by(prospect.p90.value) })];
  if (prospect.due !== null) {
    sentences.push(t("forecast.deadline", { moment: moment((from + prospect.due * 1000) * 1000) }));
  }
  if (prospect.missed) {
    const [low = 0, high = 1] = prospect.missed.ci95;
    const shares = { share: percent(prospect.missed.probability), low: percent(low), high: percent(high) };
    sentences.push(t("forecast.missed", shares));
  }
  if (prospect.without > 0) sentences.push(t("forecast.without", { share: percent(prospect.without) }));
  return sentences;
}

function Hangs({ prospect }: { prospect: Schemas["Prospect"] }) {
  const { t } = useTranslation("cases");
  const number = useNumbers();
  const post = useNamed("posts");
  const channel = useNamed("channels");
  const found = prospect.bottleneck;
  if (!found) return null;
  const what = { post, channel, conference: (id: string) => id, timer: (id: string) => id }[found.kind](
    found.id,
  );
  const share = number(found.share, { style: "percent" });
  return <b>{t("forecast.hangs", { kind: t(`forecast.kind.${found.kind}`), what, share })}</b>;
}
