// How forms open: a dialog that takes the focus and gives it back; the whole screen where that is small.
import { Modal } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { createContext, type ReactNode, use, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

/** By then the dialog has gone and has given the focus back, if there is still something to give it to. */
const AFTER_CLOSING_MS = 300;

/** Whoever asks for a form begins to type: it is there at once, and does not float in. */
const atOnce = { duration: 0 };

interface Asked {
  opened: boolean;
  onClose: () => void;
  title: ReactNode;
  children: ReactNode;
}

/** The form of an action. What was typed is kept as a draft, so that closing it loses nothing. */
export function ActionDialog({ opened, onClose, title, children }: Asked) {
  const { t } = useTranslation();
  const isNarrow = useMediaQuery("(max-width: 600px)");
  const wasOpen = useRef(false);
  useEffect(() => {
    const isClosed = wasOpen.current && !opened;
    wasOpen.current = opened;
    if (!isClosed) return;
    // Where the button that opened it has gone with the work that was done, the entry in its place is next.
    const timer = setTimeout(focusSomewhere, AFTER_CLOSING_MS);
    return () => clearTimeout(timer);
  }, [opened]);
  return (
    <Modal.Root opened={opened} onClose={onClose} size="lg" fullScreen={isNarrow} transitionProps={atOnce}>
      <Modal.Overlay />
      <Modal.Content>
        {/* A header of the dialog is none of the page. */}
        <Modal.Header role="presentation">
          <Modal.Title>{title}</Modal.Title>
          <Modal.CloseButton aria-label={t("close")} />
        </Modal.Header>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

function focusSomewhere() {
  if (document.activeElement !== null && document.activeElement !== document.body) return;
  const entry = document.querySelector<HTMLElement>('[data-entry][aria-current="true"]');
  (entry ?? document.getElementById("page-title"))?.focus();
}

interface Shown {
  title: ReactNode;
  form: (close: () => void) => ReactNode;
}

type Host = (shown: Shown) => void;

const Context = createContext<Host>(() => undefined);

/**
 * Where the forms of entries open: above the pages, so that a form stays when its entry goes, since somebody
 * else was first; whoever fills it in is then told so, and loses nothing.
 */
export function ActionHost({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<Shown | null>(null);
  const [opened, setOpened] = useState(false);
  const host = useMemo<Host>(
    () => (next) => {
      setShown(next);
      setOpened(true);
    },
    [],
  );
  const close = () => setOpened(false);
  return (
    <Context value={host}>
      {children}
      <ActionDialog opened={opened} onClose={close} title={shown?.title}>
        {shown?.form(close)}
      </ActionDialog>
    </Context>
  );
}

/** Return how to open the form of an entry. */
export function useActionHost(): Host {
  return use(Context);
}
