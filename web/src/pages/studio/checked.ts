// What the node says of the files, asked at every pause in typing; and the last that it could say of all of them.
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import type { Schemas } from "@/api/client";
import { useSession } from "@/session/session";

import { checkQuery } from "./queries";
import type { Files } from "./workspace";

type Answer = Schemas["CheckAnswer"];

const PAUSE_MS = 250;

export interface Checked {
  answer: Answer | undefined;
  /** The last answer to a text that could be read as a model: its table and its outline stay while one types. */
  good: Answer | undefined;
  /** Whether the answer is to an older text. */
  isOld: boolean;
  error: Error | null;
  retry: () => void;
}

export function useChecked(files: Files | null): Checked {
  const [settled] = useDebouncedValue(files, PAUSE_MS);
  const { data, error, isFetching, isPlaceholderData, refetch } = useQuery(checkQuery(settled));
  const [good, setGood] = useState<Answer>();
  if (data?.usable && data.outline && good !== data) setGood(data);

  const { line } = useSession();
  const isFailed = error !== null;
  useEffect(() => (isFailed ? line.whenUp(() => void refetch()) : undefined), [line, isFailed, refetch]);
  return {
    answer: data,
    good: data?.usable ? data : good,
    isOld: isFetching || isPlaceholderData || settled !== files,
    error: isFetching ? null : error,
    retry: () => void refetch(),
  };
}
