// Moving and acting by single keys, which those whom that disturbs can switch off.
import { Button, Group, Kbd, Stack, Switch, Table, Text } from "@mantine/core";
import { useDisclosure, useHotkeys, useLocalStorage } from "@mantine/hooks";
import { IconKeyboard } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { ActionDialog } from "@/actions/dialog";
import { isDialogOpen, isOnEntry } from "@/actions/keys";

interface Keys {
  on: boolean;
  help: ReactNode;
}

/** @param caseId Case of the selected entry. */
export function useKeys(move: (by: 1 | -1) => void, caseId: string | undefined): Keys {
  const navigate = useNavigate();
  const [on, setOn] = useLocalStorage({ key: "renkei-single-keys", defaultValue: true });
  const [isOpen, { open, close }] = useDisclosure();
  const unless = (act: () => void) => () => {
    if (!isDialogOpen()) act();
  };
  // Arrows scroll the page, except in the list.
  const inList = (by: 1 | -1) => (event: KeyboardEvent) => {
    if (!isOnEntry()) return;
    event.preventDefault();
    move(by);
  };
  useHotkeys([
    ["ArrowDown", inList(1), { preventDefault: false }],
    ["ArrowUp", inList(-1), { preventDefault: false }],
    ["shift+?", unless(open)],
    ["?", unless(open)],
  ]);
  useHotkeys(
    on
      ? [
          ["j", unless(() => move(1))],
          ["k", unless(() => move(-1))],
          ["v", unless(() => caseId && void navigate(`/cases/${encodeURIComponent(caseId)}`))],
        ]
      : [],
  );
  return { on, help: <Help on={on} setOn={setOn} isOpen={isOpen} open={open} close={close} /> };
}

interface HelpProps {
  on: boolean;
  setOn: (on: boolean) => void;
  isOpen: boolean;
  open: () => void;
  close: () => void;
}

const rows = [
  "move",
  "openEntry",
  "a",
  "d",
  "c",
  "t",
  "r",
  "g",
  "o",
  "m",
  "s",
  "e",
  "w",
  "x",
  "v",
  "help",
] as const;
const shown: Partial<Record<(typeof rows)[number], string[]>> = {
  move: ["j", "k", "↓", "↑"],
  openEntry: ["Enter"],
  help: ["?"],
};

function Help({ on, setOn, isOpen, open, close }: HelpProps) {
  const { t } = useTranslation("inbox");
  return (
    <>
      <Group className="no-print">
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconKeyboard size={16} aria-hidden />}
          onClick={open}
        >
          {t("keys.open")}
        </Button>
      </Group>
      <ActionDialog opened={isOpen} onClose={close} title={t("keys.title")}>
        <Stack>
          <Switch
            checked={on}
            onChange={(event) => setOn(event.currentTarget.checked)}
            label={t("keys.on")}
          />
          <Table>
            <Table.Tbody>
              {rows.map((row) => (
                <Table.Tr key={row}>
                  <Table.Th scope="row" w={130}>
                    <Group gap={4}>
                      {(shown[row] ?? [row]).map((key) => (
                        <Kbd key={key}>{key}</Kbd>
                      ))}
                    </Group>
                  </Table.Th>
                  <Table.Td>
                    <Text size="sm">{t(`keys.${row}`)}</Text>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Stack>
      </ActionDialog>
    </>
  );
}
