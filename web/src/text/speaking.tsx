// In which language a part of the page is drawn.
import { type ReactNode, use, useDeferredValue, useSyncExternalStore } from "react";
import { I18nContext, I18nextProvider } from "react-i18next";

import { speaker, subscribe } from "./language";

/** Speaks the language that was chosen, from the moment of the choice on. */
export function Speaking({ children }: { children: ReactNode }) {
  return <I18nextProvider i18n={useSyncExternalStore(subscribe, speaker)}>{children}</I18nextProvider>;
}

/** Follows what surrounds it into another language: what is heavy is drawn after the click is answered. */
export function Following({ children }: { children: ReactNode }) {
  const { i18n } = use(I18nContext);
  return <I18nextProvider i18n={useDeferredValue(i18n)}>{children}</I18nextProvider>;
}
