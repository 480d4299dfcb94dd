// One case: what can be done, where it stands, what was decided, what was written, and how it came about.
import { Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { memo, useState } from "react";
import { useParams } from "react-router";

import { caseQuery } from "@/api/queries";
import { After } from "@/parts/after";
import { PageTitle } from "@/parts/page-title";
import { Problem } from "@/parts/problem";

import { ActionPanel } from "./action-panel";
import classes from "./case.module.css";
import { ElementCard } from "./element-card";
import { Head } from "./head";
import { HighestMarking } from "./marking";
import { Parts } from "./parts";
import { Picture } from "./picture";
import type { CaseView } from "./queries";

export default function Page() {
  const { id = "" } = useParams();
  const { data, error, refetch } = useQuery(caseQuery(id));
  if (data) return <Whole view={data} key={data.id} />;
  if (error) {
    return (
      <Stack>
        <PageTitle title={id} />
        <Problem error={error} retry={() => void refetch()} />
      </Stack>
    );
  }
  return <First id={id} />;
}

function First({ id }: { id: string }) {
  return (
    <Stack>
      <PageTitle title={id} />
      <Skeleton height={24} width="60%" />
      <Skeleton height={440} />
    </Stack>
  );
}

/** Drawn anew when the case changes, not when another part of it is looked at: that is in the address. */
const Whole = memo(function Whole({ view }: { view: CaseView }) {
  const [chosen, setChosen] = useState<string>();
  return (
    <article className={classes.case}>
      <HighestMarking view={view} />
      <Head view={view} />
      <div className={classes.top}>
        <div className={classes.side}>
          {chosen && <ElementCard view={view} element={chosen} close={() => setChosen(undefined)} />}
          <ActionPanel view={view} />
        </div>
        <After first={<Skeleton height={440} />}>
          <Picture view={view} chosen={chosen} choose={setChosen} />
        </After>
      </div>
      <After first={<Skeleton height={240} />}>
        <Parts view={view} />
      </After>
      <HighestMarking view={view} />
    </article>
  );
});
