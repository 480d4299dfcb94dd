import { useTranslation } from "react-i18next";

import { PageTitle } from "@/parts/page-title";

export function Nowhere() {
  const { t } = useTranslation();
  return <PageTitle title={t("problem.notFound")} />;
}
