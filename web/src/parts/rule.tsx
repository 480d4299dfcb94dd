// By which rule something is refused: what it says, and its name in the model or the node.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { type Both, useName } from "@/text/language";

export interface Ruled {
  rule: string;
  rule_name?: Both | null | undefined;
}

export function RuleLine({ ruled }: { ruled: Ruled }) {
  const { t } = useTranslation();
  if (!ruled.rule) return null;
  return (
    <Text size="sm">
      {t("refusal.rule")}: <RuleName ruled={ruled} />
    </Text>
  );
}

export function RuleName({ ruled }: { ruled: Ruled }) {
  const name = useName();
  return (
    <>
      {name(ruled.rule_name)} <code>{ruled.rule}</code>
    </>
  );
}
