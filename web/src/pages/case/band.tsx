// One band on the axis: from the middle of what is expected to nine in ten, with its deadline.
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { useDurations } from "@/parts/moment";

import { ticks } from "./axis";
import classes from "./case.module.css";

interface Shown {
  prospect: Schemas["Prospect"];
  end: number;
}

export function Band({ prospect, end }: Shown) {
  const share = (seconds: number | null) => (seconds === null ? 101 : (100 * seconds) / end);
  const [from, to] = [Math.min(100, share(prospect.p50.value)), Math.min(100, share(prospect.p90.value))];
  const beyond = share(prospect.p90.value) > 100;
  const due = prospect.due === null ? null : share(prospect.due);
  // The words below say the same: the drawing is for those who see it.
  return (
    <svg className={classes.band} aria-hidden focusable="false">
      <line x1="0" x2="100%" y1="17" y2="17" stroke="#8a949e" />
      {from < 100 && (
        <>
          <rect
            x={`${from}%`}
            y="8"
            width={`${Math.max(0.6, to - from)}%`}
            height="18"
            fill="#8bacd0"
            stroke="#1b3a5c"
          />
          <line x1={`${from}%`} x2={`${from}%`} y1="5" y2="29" stroke="#1b3a5c" strokeWidth="3" />
        </>
      )}
      {beyond && (
        <svg x="100%" overflow="visible">
          <path d="M-22 17H-2M-9 10 -2 17 -9 24" fill="none" stroke="#1b3a5c" strokeWidth="3" />
        </svg>
      )}
      {due !== null && due <= 100 && (
        <svg x={`${Math.max(0, due)}%`} overflow="visible">
          <line y1="2" y2="32" stroke="#b3261e" strokeWidth="2" strokeDasharray="4 2" />
          <path d="M0 0 6 6 0 12 -6 6Z" fill="#b3261e" />
        </svg>
      )}
    </svg>
  );
}

export function Axis({ end }: { end: number }) {
  const { t } = useTranslation("cases");
  const duration = useDurations();
  return (
    <svg className={classes.band} aria-hidden focusable="false">
      <line x1="0" x2="100%" y1="4" y2="4" stroke="#1a1a1a" />
      {ticks(end).map((tick, at) => (
        <svg key={tick} x={`${(100 * tick) / end}%`} overflow="visible">
          <line y1="0" y2="8" stroke="#1a1a1a" />
          <text y="22" fontSize="12" fill="#1a1a1a" textAnchor={at === 0 ? "start" : "middle"}>
            {at === 0 ? t("forecast.now") : `+${duration(tick * 1000)}`}
          </text>
        </svg>
      ))}
    </svg>
  );
}
