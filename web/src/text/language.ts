// Two languages, each loaded when it is first needed. Keys are checked by the compiler against the English texts.
import i18next from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";

export const languages = ["en", "ja"] as const;
export type Language = (typeof languages)[number];

const STORED = "renkei-language";
const texts = { en: () => import("./en"), ja: () => import("./ja") };

function preferred(): Language {
  const stored = localStorage.getItem(STORED);
  if (stored === "en" || stored === "ja") return stored;
  return navigator.language.startsWith("ja") ? "ja" : "en";
}

export async function startLanguage(): Promise<void> {
  const language = preferred();
  await i18next.use(initReactI18next).init({
    lng: language,
    resources: { [language]: (await texts[language]()).default },
    defaultNS: "common",
    fallbackLng: false,
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  document.documentElement.lang = language;
}

/** Fetch the other language too, so that it is there when the line is not. */
export async function fetchLanguages(): Promise<void> {
  await Promise.all(languages.map((language) => texts[language]()));
}

export async function changeLanguage(language: Language): Promise<void> {
  const found = (await texts[language]()).default;
  for (const [area, entries] of Object.entries(found)) i18next.addResourceBundle(language, area, entries);
  await i18next.changeLanguage(language);
  localStorage.setItem(STORED, language);
  document.documentElement.lang = language;
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
