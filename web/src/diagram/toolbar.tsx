// What a mouse does on the drawing, for those who have none: closer, farther, all of it, to the tokens.
import { ActionIcon, Group, Tooltip } from "@mantine/core";
import { IconArrowsMaximize, IconCurrentLocation, IconMinus, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import classes from "./diagram.module.css";
import { service } from "./services";
import type { Token } from "./types";
import { fit, show, type Shown } from "./viewer";

const step = 1.3;

export function Toolbar({ shown: { viewer }, tokens }: { shown: Shown; tokens: Token[] }) {
  const { t } = useTranslation("cases");
  const [next, setNext] = useState(0);
  function zoom(by: number) {
    const canvas = service(viewer, "canvas");
    canvas.zoom(Math.min(4, Math.max(0.1, canvas.viewbox().scale * by)), "auto");
  }
  function toTokens() {
    const token = tokens[next % tokens.length];
    setNext(next + 1);
    if (token) show(viewer, token.at);
  }
  const tools = [
    { key: "closer", icon: IconPlus, act: () => zoom(step) },
    { key: "farther", icon: IconMinus, act: () => zoom(1 / step) },
    { key: "whole", icon: IconArrowsMaximize, act: () => fit(viewer) },
    { key: "tokens", icon: IconCurrentLocation, act: toTokens },
  ] as const;
  const offered = tools.filter(({ key }) => key !== "tokens" || tokens.length > 0);
  return (
    <Group gap={4} className={`${classes.tools ?? ""} no-print`}>
      {offered.map(({ key, icon: Icon, act }) => (
        <Tooltip key={key} label={t(`diagram.${key}`)}>
          <ActionIcon variant="default" onClick={act} aria-label={t(`diagram.${key}`)}>
            <Icon size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      ))}
    </Group>
  );
}
