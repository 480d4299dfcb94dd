// The state of an element as a shape, so that nobody needs its colour.
import { IconAlertTriangle, IconCheck, IconHandClick, IconHourglass, IconLock } from "@tabler/icons-react";

import classes from "./diagram.module.css";
import type { Mark } from "./types";

const icons = {
  done: IconCheck,
  active: IconHourglass,
  ready: IconHandClick,
  blocked: IconLock,
  failed: IconAlertTriangle,
} satisfies Record<Mark, typeof IconCheck>;

export function MarkBadge({ mark }: { mark: Mark }) {
  const Icon = icons[mark];
  return (
    <span className={`${classes.mark ?? ""} ${classes[mark] ?? ""}`} data-mark={mark}>
      <Icon size={14} stroke={2.5} aria-hidden />
    </span>
  );
}
