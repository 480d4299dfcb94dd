// The list of cases, the newest first; and a new case, opened from a contingency of the model or by hand.
import { Button, Group, SegmentedControl, Stack, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";

import { ActionDialog } from "@/actions/dialog";
import { casesQuery } from "@/api/queries";
import { After } from "@/parts/after";
import { PageTitle } from "@/parts/page-title";
import { Loading, Problem } from "@/parts/problem";
import { useKept, useSession } from "@/session/session";

import { CaseTable } from "./case-table";
import { type Filter, filters, shownCases } from "./filter";
import { OpenForm } from "./open-form";

export default function Cases() {
  const common = useTranslation().t;
  return (
    <Stack>
      <Group justify="space-between">
        <PageTitle title={common("nav.cases")} />
        <OpenCase />
      </Group>
      <Pending />
      <After first={null}>
        <Listed />
      </After>
    </Stack>
  );
}

function Listed() {
  const { t } = useTranslation("cases");
  const { data, error, refetch } = useQuery(casesQuery);
  const [filter, setFilter] = useState<Filter>("open");
  const [words, setWords] = useState("");
  const shown = useMemo(() => shownCases(data?.entries ?? [], filter, words), [data, filter, words]);
  if (error && !data) return <Problem error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <>
      <Group className="no-print">
        <SegmentedControl
          aria-label={t("list.filter")}
          data={filters.map((value) => ({ value, label: t(`list.show.${value}`) }))}
          value={filter}
          onChange={setFilter}
        />
        <TextInput
          aria-label={t("list.search")}
          placeholder={t("list.search")}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      </Group>
      {shown.length === 0 ? (
        data.isWhole ? (
          t(data.entries.length === 0 ? "list.none" : "list.noneFound")
        ) : (
          <Loading />
        )
      ) : (
        <CaseTable cases={shown} />
      )}
    </>
  );
}

/** The dialog also opens from elsewhere: /cases?new=1. */
function OpenCase() {
  const { t } = useTranslation("cases");
  const { post } = useSession();
  const [search, setSearch] = useSearchParams();
  const isOpen = search.has("new");
  return (
    <>
      <Button
        leftSection={<IconPlus size={16} aria-hidden />}
        disabled={!post}
        onClick={() => setSearch({ new: "1" })}
        className="no-print"
      >
        {t("list.open")}
      </Button>
      <ActionDialog opened={isOpen} onClose={() => setSearch({})} title={t("list.open")}>
        <OpenForm onDone={() => setSearch({})} />
      </ActionDialog>
    </>
  );
}

/** Cases that were opened here and that the node has not confirmed. */
function Pending() {
  const { t } = useTranslation("cases");
  const titles = useKept().flatMap(({ command, refused }) =>
    command.type === "open" && !refused ? [command.title] : [],
  );
  if (titles.length === 0) return null;
  return <p role="status">{t("list.pending", { titles: titles.join(" · ") })}</p>;
}
