// In which language the page is drawn.
import { type ReactNode, useSyncExternalStore } from "react";
import { I18nextProvider } from "react-i18next";

import { speaker, subscribe } from "./language";

/** Speaks the language that was chosen: all of the page changes in one picture, not word by word. */
export function Speaking({ children }: { children: ReactNode }) {
  return <I18nextProvider i18n={useSyncExternalStore(subscribe, speaker)}>{children}</I18nextProvider>;
}
