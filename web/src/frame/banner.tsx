import { useTranslation } from "react-i18next";

import { useSession } from "@/session/session";

import classes from "./frame.module.css";

/** What nobody may miss: that this is an exercise, or a demonstration. Printed pages carry it too. */
export function Banner() {
  const { me } = useSession();
  const { t } = useTranslation();
  return (
    <aside className={classes.banners} aria-label={t("banner.label")}>
      {me.exercise && <div className={classes.exercise}>{t("banner.exercise")}</div>}
      {me.demo && <div className={classes.demo}>{t("banner.demo")}</div>}
    </aside>
  );
}
