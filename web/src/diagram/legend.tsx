// What the shapes and colours on a diagram mean; only those that are there.
import { Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useNamed } from "@/parts/names";

import classes from "./diagram.module.css";
import { extremes, heatColour } from "./heat";
import { MarkBadge } from "./mark-badge";
import { TokenBadge } from "./token-badge";
import { type DiagramProps, type Heat, marks as everyMark, type Token } from "./types";

const swatches = [0, 0.25, 0.5, 0.75, 1];

export function Legend({ marks, tokens, heat, said }: DiagramProps) {
  const { t } = useTranslation("cases");
  const used = new Set(Object.values(marks ?? {}));
  return (
    <Group gap="md" className={classes.legend ?? ""}>
      {everyMark
        .filter((mark) => used.has(mark))
        .map((mark) => (
          <Group gap={6} key={mark}>
            <MarkBadge mark={mark} />
            <Text size="xs">{said?.[mark] ?? t(`diagram.mark.${mark}`)}</Text>
          </Group>
        ))}
      {tokens && tokens.length > 0 && <Parties tokens={tokens} />}
      {heat && <Scale heat={heat} />}
    </Group>
  );
}

function Parties({ tokens }: { tokens: Token[] }) {
  const { t } = useTranslation("cases");
  const party = useNamed("parties");
  const parties = [...new Set(tokens.map((token) => token.party ?? ""))].sort();
  return parties.map((id, shape) => (
    <Group gap={6} key={id}>
      <TokenBadge token={{ at: "", count: 1 }} shape={shape} from={null} />
      <Text size="xs">{id ? t("diagram.tokenOf", { party: party(id) }) : t("diagram.token")}</Text>
    </Group>
  ));
}

function Scale({ heat }: { heat: Record<string, Heat> }) {
  const ends = extremes(heat);
  if (!ends) return null;
  return (
    <Group gap={6}>
      <Text size="xs">{ends[0].label}</Text>
      <span className={classes.scale} aria-hidden>
        {swatches.map((share) => (
          <span key={share} style={{ background: heatColour(share) }} />
        ))}
      </span>
      <Text size="xs">{ends[1].label}</Text>
    </Group>
  );
}
