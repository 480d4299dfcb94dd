// A process as it is drawn, with what happens on it; the same in words beside it, for those who do not see it.
import { Skeleton, Stack } from "@mantine/core";
import { lazy, Suspense, useDeferredValue, useEffect, useMemo } from "react";

import { languages, useLanguage } from "@/text/language";

import { Legend } from "./legend";
import { localised, outlineOf } from "./outline";
import { StepList } from "./step-list";
import type { DiagramProps, Drawing, Names } from "./types";

export type { Heat, Mark, Names, Step, Token } from "./types";

const Canvas = lazy(() => import("./canvas"));

export function Diagram(props: DiagramProps) {
  const { xml, names, height = 440 } = props;
  const language = useLanguage();
  const drawing = useMemo<Drawing>(
    () => ({ xml, names, language, worded: names ? localised(xml, names, language) : xml }),
    [xml, names, language],
  );
  useOtherLanguage(xml, names);
  // Drawing takes longer than everything else on a page, which does not wait for it.
  const drawn = useDeferredValue(drawing);
  return (
    <Stack gap="xs">
      <Suspense fallback={<Skeleton height={height} />}>
        <Canvas {...props} drawing={drawn} />
      </Suspense>
      <Legend {...props} />
      <StepList {...props} xml={drawn.worded} />
    </Stack>
  );
}

/** Once the drawing stands, what it says in the other language is made ready. */
const READY_AFTER_MS = 1_000;

function useOtherLanguage(xml: string, names: Names | undefined) {
  useEffect(() => {
    if (!names) return undefined;
    const timer = setTimeout(() => {
      for (const language of languages) outlineOf(localised(xml, names, language));
    }, READY_AFTER_MS);
    return () => clearTimeout(timer);
  }, [xml, names]);
}
