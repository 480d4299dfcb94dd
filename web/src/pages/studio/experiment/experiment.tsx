// Simulate and compare: what to run, how far it is, and what came out; the work goes on at the node meanwhile.
import { Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";

import type { Schemas } from "@/api/client";
import { Problem } from "@/parts/problem";

import { isOver, jobQuery, jobsQuery } from "../queries";
import type { Files } from "../workspace";
import { Terms } from "./form";
import { Running } from "./running";

const Results = lazy(() => import("./results"));

interface Props {
  outline: Schemas["Outline"];
  files: Files;
  /** Whether the files as they are can be run. */
  isUsable: boolean;
  /** Of the model as it is now; "" while that is not known. */
  digest: string;
}

export function Experiment({ outline, files, isUsable, digest }: Props) {
  const jobs = useQuery(jobsQuery);
  const latest = jobs.data?.[0];
  const found = useQuery(jobQuery(latest?.id ?? ""));
  const job = found.data ?? latest;
  const finished = useLastFinished(jobs.data ?? [], found.data);
  return (
    <Stack>
      <Terms outline={outline} files={files} isUsable={isUsable} isBusy={job ? !isOver(job.state) : false} />
      {jobs.error && <Problem error={jobs.error} retry={() => void jobs.refetch()} />}
      {found.error && <Problem error={found.error} retry={() => void found.refetch()} />}
      {job && <Running job={job} />}
      {finished?.result && (
        <Suspense fallback={<Skeleton height={400} />}>
          <Results
            key={finished.id}
            job={finished}
            result={finished.result}
            files={files}
            isOlder={digest !== "" && digest !== finished.digest}
          />
        </Suspense>
      )}
    </Stack>
  );
}

/** What came out last stays to be read while the next runs, or where it was cancelled. */
function useLastFinished(jobs: Schemas["Job"][], current: Schemas["JobWithResult"] | undefined) {
  const isCurrent = current?.state === "finished";
  const earlier = jobs.find((job) => job.state === "finished" && job.id !== current?.id);
  const before = useQuery(jobQuery(isCurrent ? "" : (earlier?.id ?? "")));
  return isCurrent ? current : before.data;
}
