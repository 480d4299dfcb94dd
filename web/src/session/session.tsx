// Who is signed in, in the name of which post, by which clock; the line and the outbox live as long as the session.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import {
  createContext,
  type ReactNode,
  use,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from "react";

import { keepCsrf, node, nodeNow, type Schemas } from "@/api/client";
import { Line, type LineState } from "@/api/line";
import { meQuery } from "@/api/queries";
import { type Command, type Kept, Outbox, type Outcome } from "@/outbox/outbox";

export type Me = Schemas["Me"];

interface Session {
  me: Me;
  /** Post in whose name commands are given; "" where the person holds none. */
  post: string;
  choosePost: (post: string) => void;
  line: Line;
  outbox: Outbox;
  /** Milliseconds since 1970 by the clock of the node. */
  now: () => number;
  signOut: () => Promise<void>;
}

const Context = createContext<Session | null>(null);

export function useSession(): Session {
  const session = use(Context);
  if (!session) throw new Error("outside of a session");
  return session;
}

const CHOSEN = "renkei-post";

/** Holds what lives as long as one person is signed in; `me` is read again with every event. */
export function SessionProvider({ first, children }: { first: Me; children: ReactNode }) {
  const client = useQueryClient();
  const me = useQuery({ ...meQuery, initialData: first }).data;
  const [chosen, setChosen] = useState(() => sessionStorage.getItem(CHOSEN) ?? "");
  const [line] = useState(() => new Line(client));
  const [outbox] = useState(
    () =>
      new Outbox(
        first.name,
        nodeNow,
        () => void client.invalidateQueries(meQuery),
        () => line.isCut,
      ),
  );

  useEffect(() => {
    if (me.csrf) keepCsrf(me.csrf);
    // Another page may have signed in anew: what the node did not take from this one, it takes now.
    void outbox.send();
  }, [me.csrf, outbox]);
  useEffect(() => {
    line.open();
    void outbox.open();
    const leave = line.whenUp(() => void outbox.send());
    return () => {
      leave();
      line.close();
      outbox.close();
    };
  }, [line, outbox]);

  const post = me.posts.includes(chosen) ? chosen : (me.posts[0] ?? "");
  const session = useMemo<Session>(
    () => ({
      me,
      post,
      line,
      outbox,
      now: nodeNow,
      choosePost: (next) => {
        sessionStorage.setItem(CHOSEN, next);
        setChosen(next);
      },
      signOut: async () => {
        await node.DELETE("/api/v1/session").catch(() => null);
        client.clear();
        globalThis.location.assign("/");
      },
    }),
    [me, post, line, outbox, client],
  );
  return <Context value={session}>{children}</Context>;
}

export function useLineState(): LineState {
  const { line } = useSession();
  return useSyncExternalStore(line.subscribe, () => line.state);
}

/** Commands that the node has not confirmed, or has refused unread. */
export function useKept(): readonly Kept[] {
  const { outbox } = useSession();
  return useSyncExternalStore(outbox.subscribe, () => outbox.kept);
}

export type { Command, Kept, Outcome };

/** Return how to give a command in the name of the current post. */
export function useGive(): (command: Command, post?: string | null) => Promise<Outcome> {
  const { outbox, post } = useSession();
  return (command, other) => outbox.give(command, other === undefined ? post || null : other);
}
