// A process as it is drawn, with what happens on it; the same in words beside it, for those who do not see it.
import { Skeleton, Stack } from "@mantine/core";
import { lazy, Suspense, useDeferredValue, useMemo } from "react";

import { useLanguage } from "@/text/language";

import { Legend } from "./legend";
import { localised } from "./outline";
import { StepList } from "./step-list";
import type { DiagramProps } from "./types";

export type { Heat, Mark, Names, Step, Token } from "./types";

const Canvas = lazy(() => import("./canvas"));

export function Diagram(props: DiagramProps) {
  const { xml, names, height = 440 } = props;
  const language = useLanguage();
  const named = useMemo(() => (names ? localised(xml, names, language) : xml), [xml, names, language]);
  // Drawing takes longer than everything else on a page, which does not wait for it.
  const own = useDeferredValue(named);
  return (
    <Stack gap="xs">
      <Suspense fallback={<Skeleton height={height} />}>
        <Canvas {...props} xml={own} />
      </Suspense>
      <Legend {...props} />
      <StepList {...props} xml={own} />
    </Stack>
  );
}
