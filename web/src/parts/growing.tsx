// A list that begins short and grows on demand, so that thousands of entries do not slow down typing.
import { Button } from "@mantine/core";
import { type ReactNode, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

const STEP = 100;

/** Return what is shown of a list, and the button for more of it. */
export function useGrowing<T>(list: readonly T[] | undefined): { shown: readonly T[]; more: ReactNode } {
  const { t } = useTranslation();
  const [count, setCount] = useState(STEP);
  const shown = useMemo(() => list?.slice(0, count) ?? [], [list, count]);
  const left = (list?.length ?? 0) - shown.length;
  const more = left > 0 && (
    <Button variant="default" mt="xs" onClick={() => setCount(count + STEP)}>
      {t("more", { count: left })}
    </Button>
  );
  return { shown, more };
}
