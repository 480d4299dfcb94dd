// Formats of Intl, each made once: making one takes longer than a hundred uses of it.

const dates = new Map<string, Intl.DateTimeFormat>();
const numbers = new Map<string, Intl.NumberFormat>();

export function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return known(dates, locale, options, () => new Intl.DateTimeFormat(locale, options));
}

export function numberFormat(locale: string, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
  return known(numbers, locale, options, () => new Intl.NumberFormat(locale, options));
}

/** Time zone of this machine, by its IANA name. */
export function localZone(): string {
  return dateFormat("en", {}).resolvedOptions().timeZone;
}

function known<T>(formats: Map<string, T>, locale: string, options: object, make: () => T): T {
  const key = `${locale} ${JSON.stringify(options)}`;
  const found = formats.get(key);
  if (found) return found;
  const made = make();
  formats.set(key, made);
  return made;
}
