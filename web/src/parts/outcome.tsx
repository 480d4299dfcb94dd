// What becomes of a command, told where it was given.
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { ErrorBody } from "@/api/client";
import { type Command, type Outcome, useGive } from "@/session/session";

interface Asked {
  /** Whether an answer is awaited. */
  busy: boolean;
  /** What the node said against the last command, until the next. */
  refusal: ErrorBody | null;
  /** Give a command; true once it was done or is kept for later, false where it was refused. */
  ask: (command: Command, post?: string | null) => Promise<boolean>;
  clear: () => void;
}

/** Give commands and show what becomes of them: done and kept as a notice, refusals where they belong. */
export function useAsk(): Asked {
  const give = useGive();
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<ErrorBody | null>(null);

  async function ask(command: Command, post?: string | null): Promise<boolean> {
    setBusy(true);
    setRefusal(null);
    const outcome = await give(command, post).finally(() => setBusy(false));
    if (outcome.state === "refused") setRefusal(outcome.error);
    else tell(outcome);
    return outcome.state !== "refused";
  }

  function tell(outcome: Outcome) {
    const closeButtonProps = { "aria-label": t("close") };
    if (outcome.state === "waiting")
      notifications.show({ color: "yellow", message: t("kept"), closeButtonProps });
    if (outcome.state !== "done") return;
    const seq = outcome.done.entries.at(-1)?.seq ?? 0;
    notifications.show({ color: "teal", message: t("done", { seq }), autoClose: 2500, closeButtonProps });
  }

  return { busy, refusal, ask, clear: () => setRefusal(null) };
}
