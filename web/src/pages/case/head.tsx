// What the case is, in brief, and what can be begun in it.
import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconPrinter } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { NewMenu } from "@/actions/new-menu";
import { When } from "@/parts/moment";
import { useNamed } from "@/parts/names";
import { PageTitle } from "@/parts/page-title";
import { useSession } from "@/session/session";
import { useName } from "@/text/language";

import classes from "./case.module.css";
import type { CaseView } from "./queries";

export function Head({ view }: { view: CaseView }) {
  const { t } = useTranslation("cases");
  const name = useName();
  const party = useNamed("parties");
  const kind = [name(view.process_name), name(view.contingency_name)].filter(Boolean).join(" · ");
  return (
    <Group justify="space-between" align="start" mb="md">
      <Stack gap={4}>
        <PageTitle title={view.title} />
        <Group gap="xs">
          {view.exercise && (
            <Badge color="yellow.4" c="dark.9" leftSection={<IconAlertTriangle size={12} aria-hidden />}>
              {t("case.exercise")}
            </Badge>
          )}
          <State view={view} />
          <Text size="sm">{kind}</Text>
        </Group>
        <Text size="sm" component="div">
          {t("case.opened", { party: party(view.origin) })} <When moment={view.opened} />
          {view.parties.length > 0 && (
            <> · {t("case.with", { parties: view.parties.map(party).join(t("case.comma")) })}</>
          )}
          {" · "}
          <code>{view.id}</code>
        </Text>
        <Printed />
      </Stack>
      <Group gap="xs" className="no-print">
        <Button
          variant="default"
          leftSection={<IconPrinter size={16} aria-hidden />}
          onClick={() => globalThis.print()}
        >
          {t("case.print")}
        </Button>
        {view.is_open && <NewMenu caseId={view.id} />}
      </Group>
    </Group>
  );
}

function State({ view }: { view: CaseView }) {
  const { t } = useTranslation("cases");
  if (view.is_open) return <Badge color="teal.9">{t("case.open")}</Badge>;
  return (
    <Group gap={4}>
      <Badge color="gray.7">{t(view.early ? "case.closedEarly" : "case.closed")}</Badge>
      {view.closed !== null && (
        <Text size="sm">
          <When moment={view.closed} />
        </Text>
      )}
    </Group>
  );
}

/** Who has printed it, and when: paper does not say how old it is. */
function Printed() {
  const { t } = useTranslation("cases");
  const { me, post, now } = useSession();
  const party = useNamed("parties");
  const name = useNamed("posts");
  return (
    <p className={classes.paper}>
      {t("case.printed", { party: party(me.party), post: post ? name(post) : me.name })}{" "}
      <When moment={now() * 1000} />
    </p>
  );
}
