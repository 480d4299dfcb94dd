// The files that are being edited: opened from a model, kept on this machine until they are saved or given up.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";

import type { Schemas } from "@/api/client";
import { SharedDraft } from "@/outbox/shared-draft";
import { useSession } from "@/session/session";

import { modelOpenedQuery } from "./queries";

export type Files = Record<string, string>;

interface Kept {
  /** The model these files were opened from. */
  base: string;
  /** The same, by a name that goes on meaning it when another model is adopted; "" where nothing was changed. */
  pinned: string;
  /** Only what was changed or added. */
  files: Files;
}

export interface Workspace {
  base: string;
  files: Files | null;
  /** Files that are not as they were opened, and those that were added. */
  changed: string[];
  change: (path: string, text: string) => void;
  /** Throw away what was changed in a file; one that was added goes. */
  revert: (path: string) => void;
  /** Open another model; what was changed is given up. */
  open: (base: string) => Promise<void>;
  /** What is being edited was saved as this version. */
  saved: (entry: Schemas["ModelEntry"]) => void;
  /** What another page of the same person has made of the files meanwhile, until it is decided which go on. */
  elsewhere: Elsewhere | null;
  error: Error | null;
  retry: () => void;
}

interface Elsewhere {
  base: string;
  changed: string[];
  take: () => void;
  keepOwn: () => void;
}

const NOTHING: Kept = { base: "in-use", pinned: "", files: {} };

export function useWorkspace(): Workspace {
  const client = useQueryClient();
  const { draft, seen } = useShared();
  const { value: kept, other } = seen;
  const keep = draft.set;
  const opened = useQuery(modelOpenedQuery(kept.pinned || kept.base));
  const read = opened.data;
  const original = opened.data?.files ?? null;
  const files = useMemo(() => (original ? { ...original, ...kept.files } : null), [original, kept.files]);
  const changed = useMemo(() => changedIn(kept.files, original), [kept.files, original]);
  const latest = useRef(kept);
  useEffect(() => {
    latest.current = kept;
  }, [kept]);

  const put = useCallback(
    (changes: Files) => {
      const { base, pinned } = latest.current;
      const running = base === "in-use" ? (read?.entry.digest ?? "") : "";
      // The same files under their lasting name: they are not to be read again while somebody types.
      if (running && !pinned) client.setQueryData(modelOpenedQuery(running).queryKey, read);
      const isAny = Object.keys(changes).length > 0;
      latest.current = { base, pinned: isAny ? pinned || running : "", files: changes };
      keep(latest.current);
    },
    [client, keep, read],
  );
  const begin = useCallback((base: string) => keep({ base, pinned: "", files: {} }), [keep]);
  return {
    base: kept.base,
    files,
    changed,
    change: useCallback(
      (path: string, text: string) => {
        const rest = without(latest.current.files, path);
        put(original?.[path] === text ? rest : { ...rest, [path]: text });
      },
      [put, original],
    ),
    revert: useCallback((path: string) => put(without(latest.current.files, path)), [put]),
    open: useCallback(
      async (base: string) => {
        // What cannot be read does not take the place of what can.
        await client.query(modelOpenedQuery(base));
        begin(base);
      },
      [client, begin],
    ),
    saved: useCallback(
      (saved: Schemas["ModelEntry"]) => {
        if (files) client.setQueryData(modelOpenedQuery(saved.id).queryKey, { entry: saved, files });
        begin(saved.id);
      },
      [client, files, begin],
    ),
    elsewhere: other && {
      base: other.base,
      changed: Object.keys(other.files),
      take: draft.takeOther,
      keepOwn: draft.keepOwn,
    },
    error: opened.error,
    retry: () => void opened.refetch(),
  };
}

function useShared() {
  const { name } = useSession().me;
  const [draft] = useState(() => new SharedDraft<Kept>(`studio ${name}`, NOTHING, hasNothing));
  useEffect(() => {
    void draft.open();
    return draft.close;
  }, [draft]);
  return { draft, seen: useSyncExternalStore(draft.subscribe, () => draft.seen) };
}

function hasNothing({ files }: Kept): boolean {
  return Object.keys(files).length === 0;
}

function changedIn(kept: Files, original: Files | null): string[] {
  return Object.keys(kept).filter((path) => original?.[path] !== kept[path]);
}

function without(files: Files, path: string): Files {
  return Object.fromEntries(Object.entries(files).filter(([other]) => other !== path));
}
