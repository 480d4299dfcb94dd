// What must survive a closed tab: commands that the node has not confirmed, and drafts. Kept in IndexedDB.
import { type DBSchema, type IDBPDatabase, openDB } from "idb";

import type { ErrorBody, Schemas } from "@/api/client";

export type Command = Schemas["GivenCommand"]["command"];
export type Done = Schemas["Done"];

/** A command that was given here and that the node has not confirmed. */
export interface Kept {
  /** Also the command's own id: the node carries it out once, however often it arrives. */
  id: string;
  person: string;
  post: string | null;
  command: Command;
  /** When it was given, in milliseconds since 1970 by the clock of the node. */
  given: number;
  /** Set before it is sent for the first time: from then on nobody here can know that it did not arrive. */
  tried?: boolean;
  /** Set once the person took it back; the mark stays, so that no page takes it for one that was sent. */
  taken?: boolean;
  /** Set once the node has refused it; it is then shown until somebody has read that. */
  refused?: ErrorBody;
}

interface Draft {
  key: string;
  value: unknown;
  at: number;
  /** The page that wrote it, where several may write the same draft. */
  by?: string;
}

interface Stored extends DBSchema {
  commands: { key: string; value: Kept; indexes: { given: number } };
  drafts: { key: string; value: Draft };
}

let opened: Promise<IDBPDatabase<Stored>> | undefined;

export function database(): Promise<IDBPDatabase<Stored>> {
  opened ??= openDB<Stored>("renkei", 1, {
    upgrade(made) {
      made.createObjectStore("commands", { keyPath: "id" }).createIndex("given", "given");
      made.createObjectStore("drafts", { keyPath: "key" });
    },
  });
  return opened;
}
