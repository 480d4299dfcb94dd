// A label as it is printed: text in a frame, never a colour alone.
import { Badge } from "@mantine/core";

import { useSession } from "@/session/session";
import { useLanguage } from "@/text/language";

import { type Label, marking } from "./label-rules";

interface Said {
  classification?: string;
  releasable_to?: string[];
  category?: string | null;
}

interface Props {
  /** The label's parts, shown in the language of the page; or its marking, shown as the node wrote it. */
  label: Said | string | null | undefined;
  /** Party whose it is, where that is not the own. */
  owner?: string;
  exercise?: boolean;
}

/** Nothing where there is no label. */
export function LabelBadge({ label, owner, exercise = false }: Props) {
  const { me } = useSession();
  const language = useLanguage();
  const text =
    typeof label === "string"
      ? label
      : label?.classification
        ? marking(whole(label), { owner: owner ?? me.party, language, exercise: exercise || me.exercise })
        : "";
  if (!text) return null;
  return (
    <Badge
      component="span"
      variant="outline"
      color="dark"
      radius="xs"
      size="md"
      tt="none"
      h="auto"
      styles={wrapping}
    >
      {text}
    </Badge>
  );
}

// The whole of a marking has to be read: it wraps, and is never cut off.
const wrapping = {
  root: { maxWidth: "100%", paddingBlock: 2 },
  label: { whiteSpace: "normal" as const, overflowWrap: "anywhere" as const, lineHeight: 1.3 },
};

function whole(said: Said): Label {
  return {
    classification: said.classification ?? "",
    releasable_to: said.releasable_to ?? [],
    category: said.category ?? null,
  };
}
