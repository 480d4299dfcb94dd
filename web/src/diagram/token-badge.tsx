// Tokens in one place: their number in a shape of their party. They travel there where motion is wanted.
import { useLayoutEffect, useRef } from "react";

import classes from "./diagram.module.css";
import type { Point } from "./services";
import type { Token } from "./types";

const shapes = ["circle", "square", "diamond", "pill"] as const;
const travel = 450;

export function TokenBadge({ token, shape, from }: { token: Token; shape: number; from: Point | null }) {
  const badge = useRef<HTMLSpanElement>(null);
  const { x, y } = from ?? { x: 0, y: 0 };
  useLayoutEffect(() => {
    if (!badge.current || (x === 0 && y === 0)) return undefined;
    const moves = [{ transform: `translate(${x}px, ${y}px)` }, { transform: "none" }];
    const moving = badge.current.animate(moves, { duration: travel, easing: "ease-in-out" });
    return () => moving.cancel();
  }, [x, y]);
  const form = shapes[Math.max(0, shape) % shapes.length] ?? "circle";
  return (
    <span
      ref={badge}
      className={`${classes.token ?? ""} ${classes[form] ?? ""}`}
      title={token.name}
      data-token={token.at}
    >
      <span>{token.count}</span>
    </span>
  );
}
