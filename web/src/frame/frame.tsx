// What surrounds every page: who acts for whom, by which clocks, up to which label, and whether the line is up.
import { Badge, Burger, Collapse, Group, NativeSelect, NavLink, Stack, Text, Tooltip } from "@mantine/core";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import {
  IconBuilding,
  IconFolders,
  IconInbox,
  IconNotebook,
  IconPencilCog,
  IconSend,
  IconSettings,
  IconUsers,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { NavLink as RouterLink } from "react-router";

import { modelQuery } from "@/api/queries";
import { useNamed } from "@/parts/names";
import { Loading } from "@/parts/problem";
import { useSession } from "@/session/session";

import { Banner } from "./banner";
import { Clocks } from "./clocks";
import classes from "./frame.module.css";
import { LanguageChoice } from "./language-choice";
import { OutboxButton } from "./outbox-button";

const pages = [
  { to: "/inbox", key: "inbox", icon: IconInbox },
  { to: "/cases", key: "cases", icon: IconFolders },
  { to: "/release", key: "release", icon: IconSend },
  { to: "/headquarters", key: "headquarters", icon: IconBuilding },
  { to: "/posts", key: "posts", icon: IconUsers },
  { to: "/studio", key: "studio", icon: IconPencilCog },
  { to: "/log", key: "log", icon: IconNotebook },
  { to: "/admin", key: "admin", icon: IconSettings },
] as const;

export function Frame({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <>
      <a href="#page" className={classes.skip}>
        {t("skip")}
      </a>
      <Banner />
      <Header />
      <div className={classes.body}>
        <Navigation />
        <main id="page" className={classes.main}>
          <Suspense fallback={<Loading />}>{children}</Suspense>
        </main>
      </div>
    </>
  );
}

function Header() {
  const { me } = useSession();
  const party = useNamed("parties");
  return (
    <header className={classes.header}>
      <Group justify="space-between" gap="sm">
        <Group gap="sm">
          <Text fw={700} size="lg">
            {party(me.party)}
          </Text>
          <PostChoice />
          <Ceiling />
        </Group>
        <Clocks />
        <Group gap="xs" className={classes.tools ?? ""}>
          <OutboxButton />
          <LanguageChoice />
        </Group>
      </Group>
    </header>
  );
}

/** The post in whose name everything on the page is done; a dual-hatted person changes it here. */
function PostChoice() {
  const { t } = useTranslation();
  const { me, post, choosePost } = useSession();
  const name = useNamed("posts");
  if (me.posts.length === 0) return <Badge color="gray.7">{t("header.noPost")}</Badge>;
  return (
    <NativeSelect
      size="xs"
      aria-label={t("header.post")}
      data={me.posts.map((held) => ({ value: held, label: name(held) }))}
      value={post}
      onChange={(event) => choosePost(event.currentTarget.value)}
    />
  );
}

function Ceiling() {
  const { t } = useTranslation();
  const { data } = useQuery(modelQuery);
  if (!data) return null;
  const ranks = data.channels.map((channel) => data.classifications.indexOf(channel.ceiling ?? ""));
  const label = data.classifications[Math.max(0, ...ranks)] ?? "";
  return (
    <Tooltip label={t("header.ceilingHelp")}>
      <Badge variant="outline" color="dark" tabIndex={0}>
        {t("header.ceiling", { label })}
      </Badge>
    </Tooltip>
  );
}

function Navigation() {
  const { t } = useTranslation();
  const { me, signOut } = useSession();
  const isNarrow = useMediaQuery("(max-width: 900px)");
  const [isOpen, { toggle, close }] = useDisclosure();
  const shown = pages.filter((page) => page.key !== "admin" || me.administrator);
  return (
    <nav className={classes.nav} aria-label={t("nav.label")}>
      {isNarrow && (
        <Group>
          <Burger opened={isOpen} onClick={toggle} size="sm" aria-label={t("menu")} aria-expanded={isOpen} />
          <Text size="sm">{t("menu")}</Text>
        </Group>
      )}
      <Collapse expanded={!isNarrow || isOpen}>
        <Stack gap={2}>
          {shown.map(({ to, key, icon: Icon }) => (
            <NavLink
              key={key}
              component={RouterLink}
              to={to}
              label={t(`nav.${key}`)}
              leftSection={<Icon size={18} aria-hidden />}
              onClick={close}
            />
          ))}
          <Text size="xs" mt="md" px="sm">
            {t("header.person", { name: me.name })}
          </Text>
          <NavLink component="button" label={t("header.signOut")} onClick={() => void signOut()} />
        </Stack>
      </Collapse>
    </nav>
  );
}
