import { Table } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  /** What the table is about: named when its box takes the focus to be scrolled. */
  label: string;
  minWidth: number;
  children: ReactNode;
}

/** A box that scrolls sideways where its table is too wide, by keyboard too. */
export function WideTable({ label, minWidth, children }: Props) {
  const viewportProps = { tabIndex: 0, role: "region", "aria-label": label };
  return (
    <Table.ScrollContainer minWidth={minWidth} scrollAreaProps={{ viewportProps }}>
      {children}
    </Table.ScrollContainer>
  );
}
