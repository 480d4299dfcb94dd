import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { changeLanguage, type Language, useLanguage } from "@/text/language";

const named: { value: Language; label: string }[] = [
  { value: "en", label: "English" },
  { value: "ja", label: "日本語" },
];

export function LanguageChoice() {
  const { t } = useTranslation();
  return (
    <SegmentedControl
      size="xs"
      aria-label={t("header.language")}
      data={named}
      value={useLanguage()}
      onChange={(value) => void changeLanguage(value)}
    />
  );
}
