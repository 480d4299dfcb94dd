// Everything that can be begun: in a case, or without one. The forms are loaded when the first one opens.
import { Button, Menu } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";

import { Loading } from "@/parts/problem";
import { useSession } from "@/session/session";

import { ActionDialog } from "./dialog";
import { Unconfirmed } from "./unconfirmed";

const NewForm = lazy(() => import("./new-form"));

const anywhere = ["send", "ask", "request-support", "order"] as const;
const inCase = ["report", "attach", "invite", "set"] as const;
const aboutCase = ["correct", "withdraw", "move", "close"] as const;
export type Begun = (typeof anywhere)[number] | (typeof inCase)[number] | (typeof aboutCase)[number];

export function NewMenu({ caseId }: { caseId: string | undefined }) {
  const { t } = useTranslation("actions");
  const { post } = useSession();
  const [begun, setBegun] = useState<Begun | null>(null);
  const entries = (kinds: readonly Begun[]) =>
    kinds.map((kind) => (
      <Menu.Item key={kind} onClick={() => setBegun(kind)}>
        {t(`new.${kind}`)}
      </Menu.Item>
    ));
  return (
    <>
      {caseId && <Unconfirmed about={{ case: caseId }} />}
      <Menu shadow="md" position="bottom-end" withinPortal>
        <Menu.Target>
          <Button leftSection={<IconPlus size={16} aria-hidden />} disabled={!post} className="no-print">
            {t("new.title")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {entries(anywhere)}
          {caseId && (
            <>
              <Menu.Divider />
              {entries(inCase)}
              <Menu.Divider />
              {entries(aboutCase)}
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <ActionDialog
        opened={begun !== null}
        onClose={() => setBegun(null)}
        title={begun ? t(`new.${begun}`) : ""}
      >
        <Suspense fallback={<Loading />}>
          {begun && <NewForm kind={begun} caseId={caseId} onDone={() => setBegun(null)} />}
        </Suspense>
      </ActionDialog>
    </>
  );
}
