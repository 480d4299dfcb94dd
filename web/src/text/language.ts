// Two languages, each loaded when it is first needed. Keys are checked by the compiler against the English texts.
import i18next, { type i18n } from "i18next";
import { useTranslation } from "react-i18next";

export const languages = ["en", "ja"] as const;
export type Language = (typeof languages)[number];

const STORED = "renkei-language";
const texts = { en: () => import("./en"), ja: () => import("./ja") };

/** What speaks each language, and no other: one value for the whole page says which is spoken. */
const speakers = new Map<Language, i18n>();
const listeners = new Set<() => void>();
let chosen: Language = "en";

function preferred(): Language {
  const stored = localStorage.getItem(STORED);
  if (stored === "en" || stored === "ja") return stored;
  return navigator.language.startsWith("ja") ? "ja" : "en";
}

async function learn(language: Language): Promise<void> {
  if (speakers.has(language)) return;
  const made = i18next.createInstance({
    lng: language,
    resources: { [language]: (await texts[language]()).default },
    defaultNS: "common",
    fallbackLng: false,
    interpolation: { escapeValue: false },
    returnNull: false,
    // It never speaks another language, so nobody has to listen for that.
    react: { bindI18n: "" },
  });
  await made.init();
  // Each use of it copies all of its own properties: of this one there are none.
  speakers.set(language, Object.create(made) as i18n);
}

export async function startLanguage(): Promise<void> {
  const language = preferred();
  await learn(language);
  turn(language);
}

/** Fetch the other language too, so that it is there when the line is not. */
export async function fetchLanguages(): Promise<void> {
  await Promise.all(languages.map(learn));
}

export async function changeLanguage(language: Language): Promise<void> {
  // What is known already is spoken at once, within the click.
  if (!speakers.has(language)) await learn(language);
  turn(language);
  localStorage.setItem(STORED, language);
}

function turn(language: Language): void {
  chosen = language;
  document.documentElement.lang = language;
  for (const listener of listeners) listener();
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Return what speaks the language that was chosen last. */
export function speaker(): i18n {
  const found = speakers.get(chosen);
  if (!found) throw new Error("no language was started");
  return found;
}

export function useLanguage(): Language {
  return useTranslation().i18n.language === "ja" ? "ja" : "en";
}

/** A name of the model, in both languages. */
export interface Both {
  en: string;
  ja: string;
}

/** Return a function that gives a name of the model in the language of the page. */
export function useName(): (name: Both | null | undefined) => string {
  const language = useLanguage();
  return (name) => name?.[language] ?? "";
}

/** What a node says stands against something: for people where it has that, else in English for programs. */
export interface Said {
  message: string;
  facts?: Both | null | undefined;
}

/** Return a function that gives what a node says in the language of the page. */
export function useSaid(): (said: Said) => string {
  const name = useName();
  return (said) => name(said.facts) || said.message;
}
