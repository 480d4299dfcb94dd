// One row of buttons for whatever can be done about an entry, and the dialog in which the form of one opens.
import { Button, Group, Kbd, Stack } from "@mantine/core";
import { type HotkeyItem, useDisclosure, useHotkeys } from "@mantine/hooks";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { useAsk } from "@/parts/outcome";
import { RefusalNote } from "@/parts/problem";
import { useSession } from "@/session/session";

import { toCommand } from "./command";
import type { About } from "./concerns";
import { useActionHost } from "./dialog";
import { isDialogOpen, isEnterFree } from "./keys";
import { letterOf, type Offer } from "./offer";
import { useUnconfirmed } from "./unconfirmed";
import { SwitchPost, useOwnPosts, WhyNot } from "./why-not";

const warns = new Set(["deny", "decline", "withdraw", "close-item"]);

interface Acting {
  offers: readonly Offer[];
  about: About;
  /** What the dialog is called: the entry's name. */
  name: string;
  form: (offer: Offer, onDone: () => void) => ReactNode;
  /** Whose entry it is, where the current post may do nothing about it. */
  whose?: string | undefined;
  showKeys?: boolean;
}

export function ActionBar({ offers, about, name, form, whose, showKeys = false }: Acting) {
  const given = useUnconfirmed(about).filter((kept) => !kept.refused);
  const { post } = useSession();
  const { act, refusal } = useActing(name, form);
  const possible = offers.filter((offer) => offer.posts.includes(post));
  // What was given already, and is not confirmed, is not given again.
  const isGiven = (offer: Offer) => given.some((kept) => kept.command.type === offer.command);
  const impossible = offers.filter((offer) => !offer.posts.includes(post));
  useActionKeys(showKeys ? possible.filter((offer) => !isGiven(offer)) : [], act);
  return (
    <Stack gap="xs">
      {possible.length > 0 && (
        <Group gap="xs" className="no-print">
          {possible.map((offer, at) => (
            <ActionButton
              key={offer.command}
              offer={offer}
              isMain={at === 0}
              showKey={showKeys}
              isGiven={isGiven(offer)}
              onClick={() => act(offer)}
            />
          ))}
        </Group>
      )}
      {refusal && <RefusalNote error={refusal} />}
      <Impossible offers={impossible} mine={possible.length > 0} whose={whose} />
    </Stack>
  );
}

/** A letter for each, and Enter for the first. */
function useActionKeys(offers: readonly Offer[], act: (offer: Offer) => void) {
  const [main] = offers;
  useHotkeys([
    ...offers.map((offer): HotkeyItem => [letterOf(offer.command), () => !isDialogOpen() && act(offer)]),
    [
      "Enter",
      (event) => {
        if (!main || isDialogOpen() || !isEnterFree()) return;
        event.preventDefault();
        act(main);
      },
      { preventDefault: false },
    ],
  ]);
}

/** What is asked for is given at once, or opened as a form. */
function useActing(name: string, form: Acting["form"]) {
  const { t } = useTranslation("actions");
  const { ask, refusal } = useAsk();
  const open = useActionHost();

  function act(offer: Offer) {
    if (offer.direct) return void ask(toCommand(offer.direct));
    open({
      title: `${t(`command.${offer.command}`)}: ${name}`,
      form: (close) => (
        <Stack>
          {offer.refusal && <WhyNot reason={offer.refusal} />}
          {form(offer, close)}
        </Stack>
      ),
    });
  }

  return { act, refusal };
}

interface Pressed {
  offer: Offer;
  isMain: boolean;
  showKey: boolean;
  isGiven: boolean;
  onClick: () => void;
}

function ActionButton({ offer, isMain, showKey, isGiven, onClick }: Pressed) {
  const { t } = useTranslation("actions");
  const letter = letterOf(offer.command);
  return (
    <Button
      size="sm"
      variant={isMain ? "filled" : "default"}
      c={!isMain && warns.has(offer.command) ? "red.9" : undefined}
      onClick={onClick}
      disabled={isGiven}
      aria-keyshortcuts={showKey ? letter : undefined}
      rightSection={showKey && letter && <Kbd size="xs">{letter}</Kbd>}
    >
      {t(`command.${offer.command}`)}
    </Button>
  );
}

interface ImpossibleProps {
  offers: readonly Offer[];
  /** Whether the current post may do something about it. */
  mine: boolean;
  whose?: string | undefined;
}

/** What the current post may not do: why, by which rule, and who could. Put away where it may do something. */
function Impossible({ offers, mine, whose }: ImpossibleProps) {
  const { t } = useTranslation("actions");
  const [isOpen, { toggle }] = useDisclosure();
  const able = [...new Set(offers.flatMap((offer) => offer.posts))];
  const own = useOwnPosts(able);
  if (offers.length === 0) return null;
  if (!mine) return <Reasons offers={offers} able={able} whose={whose} />;
  return (
    <>
      {own.length > 0 && <SwitchPost posts={able} />}
      <div className="no-print">
        <Button variant="subtle" size="compact-sm" px={0} onClick={toggle} aria-expanded={isOpen}>
          {t("whatNot", { count: offers.length })}
        </Button>
      </div>
      {isOpen && <Reasons offers={offers} able={able} whose={whose} />}
    </>
  );
}

function Reasons({ offers, able, whose }: Omit<ImpossibleProps, "mine"> & { able: readonly string[] }) {
  const { t } = useTranslation("actions");
  const others = offers.filter((offer) => !offer.refusal && offer.posts.length > 0);
  const commands = (of: readonly Offer["command"][]) => of.map((one) => t(`command.${one}`)).join(t("comma"));
  return (
    <>
      {others.length > 0 && whose && (
        <WhyNot
          title={t("not", { what: commands(others.map((offer) => offer.command)) })}
          reason={{ message: whose, rule: "", could: able }}
        />
      )}
      {distinct(offers).map(({ commands: refused, offer }) => (
        <WhyNot
          key={offer.command}
          title={t("not", { what: commands(refused) })}
          reason={offer.refusal ?? { message: "", rule: "", could: [] }}
          able={offer.posts}
        />
      ))}
    </>
  );
}

/** The same reason is told once for all commands that it stands against. */
function distinct(offers: readonly Offer[]) {
  const found = new Map<string, { offer: Offer; commands: Offer["command"][] }>();
  for (const offer of offers) {
    const reason = offer.refusal?.message;
    if (reason === undefined) continue;
    const entry = found.get(reason) ?? { offer, commands: [] };
    entry.commands.push(offer.command);
    found.set(reason, entry);
  }
  return [...found.values()];
}
