// Plays a path step by step: where everything stands after each, and what happened, in words beside it.
import { ActionIcon, Grid, Group, ScrollArea, Slider, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { useInterval, useReducedMotion } from "@mantine/hooks";
import {
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
  IconPlayerTrackNext,
  IconPlayerTrackPrev,
} from "@tabler/icons-react";
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { When } from "@/parts/moment";
import { useName } from "@/text/language";

import { Diagram } from "./diagram";
import classes from "./player.module.css";
import type { Mark, Names, Step } from "./types";

interface PlayerProps {
  xml: string;
  /** What is played: its name for those who do not see it. */
  label: string;
  /** The first one is the start, before which nothing has fired. */
  steps: Step[];
  names?: Names | undefined;
  /** How the last step is marked: a counter-example ends with a failure. */
  ending?: Mark | undefined;
  /** Position to begin with; the first where none is given. */
  begin?: number | undefined;
  onSelect?: ((element: string) => void) | undefined;
  height?: number | undefined;
  /** What is said below the last step, for example what a counter-example shows. */
  children?: ReactNode;
}

const pace = 1400;

export function Player({
  xml,
  label,
  steps,
  names,
  ending,
  begin = 0,
  onSelect,
  height,
  children,
}: PlayerProps) {
  const { t } = useTranslation("cases");
  const [at, setAt] = useState(begin);
  const last = steps.length - 1;
  const here = Math.min(at, last);
  const { active, toggle, stop } = useInterval(() => setAt((now) => Math.min(now + 1, last)), pace);
  useEffect(() => {
    if (here >= last) stop();
  }, [here, last, stop]);
  const go = (to: number) => setAt(Math.min(last, Math.max(0, to)));
  const play = () => {
    if (here >= last) setAt(0);
    toggle();
  };
  const marks = useMemo(() => marksAt(steps, here, ending), [steps, here, ending]);
  const step = steps[here];
  if (!step) return null;
  return (
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- keys for all controls within
    <div onKeyDown={(event) => keyed(event, here, last, go)}>
      <Controls at={here} last={last} playing={active} go={go} play={play} />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Diagram
            xml={xml}
            label={label}
            names={names}
            tokens={step.tokens}
            marks={marks}
            said={{ active: t("player.now") }}
            focus={step.fired[0]}
            onSelect={onSelect}
            height={height}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Narrative steps={steps} at={here} go={go} height={height} />
          {here >= last && children}
        </Grid.Col>
      </Grid>
    </div>
  );
}

/** Arrow keys go through the steps, except where they move something else. */
function keyed(event: KeyboardEvent, at: number, last: number, go: (to: number) => void) {
  const target = event.target as HTMLElement;
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest("[role=slider], input, textarea"))
    return;
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  go(to);
}

/** Return what is marked after a step: what has fired before, and what fires in it. */
export function marksAt(steps: Step[], at: number, ending?: Mark): Record<string, Mark> {
  const marks: Record<string, Mark> = {};
  for (const step of steps.slice(0, at)) for (const id of step.fired) marks[id] = "done";
  const now = ending && at === steps.length - 1 ? ending : "active";
  for (const id of steps[at]?.fired ?? []) marks[id] = now;
  return marks;
}

interface Controlled {
  at: number;
  last: number;
  playing: boolean;
  go: (to: number) => void;
  play: () => void;
}

function Controls({ at, last, playing, go, play }: Controlled) {
  const { t } = useTranslation("cases");
  const buttons = [
    { key: "first", icon: IconPlayerSkipBack, act: () => go(0), off: at === 0 },
    { key: "previous", icon: IconPlayerTrackPrev, act: () => go(at - 1), off: at === 0 },
    {
      key: playing ? "pause" : "play",
      icon: playing ? IconPlayerPause : IconPlayerPlay,
      act: play,
      off: last === 0,
    },
    { key: "next", icon: IconPlayerTrackNext, act: () => go(at + 1), off: at === last },
    { key: "last", icon: IconPlayerSkipForward, act: () => go(last), off: at === last },
  ] as const;
  return (
    <Group gap={6} mb="xs" className="no-print">
      {buttons.map(({ key, icon: Icon, act, off }) => (
        <Tooltip key={key} label={t(`player.${key}`)}>
          <ActionIcon
            variant="default"
            size="lg"
            onClick={act}
            // Disabled the ordinary way, it would drop the focus of whoever steps to the end by keyboard.
            aria-disabled={off}
            data-disabled={off || undefined}
            aria-label={t(`player.${key}`)}
          >
            <Icon size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      ))}
      <Slider
        className={classes.slider ?? ""}
        thumbLabel={t("player.position")}
        min={0}
        max={last}
        value={at}
        onChange={go}
        label={null}
      />
      <Text size="sm">{t("player.step", { at, last })}</Text>
    </Group>
  );
}

function Narrative({
  steps,
  at,
  go,
  height = 440,
}: {
  steps: Step[];
  at: number;
  go: (to: number) => void;
  height?: number | undefined;
}) {
  const { t } = useTranslation("cases");
  const name = useName();
  const still = useReducedMotion();
  const current = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    current.current?.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
  }, [at, still]);
  const step = steps[at];
  return (
    <>
      <p className={classes.spoken} aria-live="polite">
        {step && t("player.spoken", { at, text: name(step.text) })}
      </p>
      <ScrollArea.Autosize
        mah={height}
        type="auto"
        viewportProps={{ tabIndex: 0, "aria-label": t("player.narrative") }}
      >
        <ol className={classes.steps}>
          {steps.map((entry, number) => (
            <li key={number}>
              <UnstyledButton
                ref={number === at ? current : undefined}
                className={classes.step ?? ""}
                aria-current={number === at ? "step" : undefined}
                onClick={() => go(number)}
              >
                <Text size="sm" span>
                  {number}. {name(entry.text)}
                </Text>
                {entry.at !== undefined && (
                  <Text size="xs" c="dimmed" component="div">
                    <When moment={entry.at} seconds />
                  </Text>
                )}
              </UnstyledButton>
            </li>
          ))}
        </ol>
      </ScrollArea.Autosize>
    </>
  );
}
