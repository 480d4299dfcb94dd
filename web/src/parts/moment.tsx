// Moments: whole microseconds since 1970 (UTC) on the wire, local words on the page, UTC on the pointer.
import { useCallback } from "react";

import { dateFormat, numberFormat } from "@/text/formats";
import { type Language, useLanguage } from "@/text/language";

const locale: Record<Language, string> = { en: "en-GB", ja: "ja-JP" };

export function toDate(moment: number): Date {
  return new Date(moment / 1000);
}

interface Styled {
  zone?: string | undefined;
  seconds?: boolean;
}

/** Return a function that writes a moment in the language of the page. */
export function useMoments(): (moment: number, styled?: Styled) => string {
  const language = useLanguage();
  return useCallback((moment, styled = {}) => formatter(language, styled).format(toDate(moment)), [language]);
}

function formatter(language: Language, { zone = "", seconds = false }: Styled): Intl.DateTimeFormat {
  return dateFormat(locale[language], {
    dateStyle: "medium",
    timeStyle: seconds ? "medium" : "short",
    ...(zone ? { timeZone: zone } : {}),
  });
}

/** Return a function that writes a number in the language of the page. */
export function useNumbers(): (value: number, options?: Intl.NumberFormatOptions) => string {
  const language = useLanguage();
  return (value, options) => numberFormat(locale[language], options).format(value);
}

/** Return a function that writes a length of time, from milliseconds, in its largest fitting unit. */
export function useDurations(): (milliseconds: number) => string {
  const language = useLanguage();
  return (milliseconds) => {
    const { value, unit } = scaled(Math.abs(milliseconds));
    const maximumFractionDigits = value < 10 ? 1 : 0;
    const style = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits } as const;
    return numberFormat(locale[language], style).format(Math.sign(milliseconds) * value);
  };
}

const units = [
  { unit: "day", milliseconds: 86_400_000 },
  { unit: "hour", milliseconds: 3_600_000 },
  { unit: "minute", milliseconds: 60_000 },
  { unit: "second", milliseconds: 1_000 },
] as const;

function scaled(milliseconds: number): { value: number; unit: string } {
  const fitting = units.find((entry) => milliseconds >= 2 * entry.milliseconds) ?? units[3];
  return { value: milliseconds / fitting.milliseconds, unit: fitting.unit };
}

/** A moment as people read it, with the exact one in UTC beside. */
export function When({ moment, zone, seconds = false }: Styled & { moment: number }) {
  const write = useMoments();
  const exact = toDate(moment).toISOString();
  return (
    <time dateTime={exact} title={exact}>
      {write(moment, { zone, seconds })}
    </time>
  );
}
