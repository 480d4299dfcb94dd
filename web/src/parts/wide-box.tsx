import { ScrollArea } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  label: string;
  /** Pixels below which the picture would not be readable. */
  minWidth: number;
  children: ReactNode;
}

/** A box for a picture: on a narrow screen it scrolls sideways instead of shrinking, by keyboard too. */
export function WideBox({ label, minWidth, children }: Props) {
  return (
    <ScrollArea type="auto" viewportProps={{ tabIndex: 0, role: "region", "aria-label": label }}>
      <div style={{ minWidth }}>{children}</div>
    </ScrollArea>
  );
}
