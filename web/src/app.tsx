import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, useEffect } from "react";
import { Navigate, Route, Routes } from "react-router";

import { ActionHost } from "./actions/dialog";
import { NodeError } from "./api/client";
import { casesQuery, meQuery, postsQuery } from "./api/queries";
import { Frame } from "./frame/frame";
import { Boundary } from "./frame/boundary";
import { Nowhere } from "./frame/nowhere";
import { NamesProvider } from "./parts/names";
import { Loading, Problem } from "./parts/problem";
import { SessionProvider, useLineState, useSession } from "./session/session";
import { fetchLanguages } from "./text/language";
import { SignIn } from "./session/sign-in";

const AFTER_FIRST_PAGE_MS = 3_000;

const pages = {
  inbox: () => import("./pages/inbox"),
  cases: () => import("./pages/cases"),
  case: () => import("./pages/case"),
  release: () => import("./pages/release"),
  headquarters: () => import("./pages/headquarters"),
  posts: () => import("./pages/posts"),
  log: () => import("./pages/log"),
  admin: () => import("./pages/admin"),
  studio: () => import("./pages/studio"),
};
const Inbox = lazy(pages.inbox);
const Cases = lazy(pages.cases);
const Case = lazy(pages.case);
const Release = lazy(pages.release);
const Headquarters = lazy(pages.headquarters);
const Posts = lazy(pages.posts);
const Log = lazy(pages.log);
const Admin = lazy(pages.admin);
const Studio = lazy(pages.studio);

/** Fetch what is worked with once nothing else is to do: the line may be down when it is needed. */
function fetchAhead(client: QueryClient) {
  const { inbox, cases, case: one, release, headquarters, posts, log } = pages;
  const forms = () => import("./actions/new-form");
  for (const load of [inbox, cases, one, release, headquarters, posts, log, forms, fetchLanguages])
    load().catch(() => undefined);
  client.query(casesQuery).catch(() => undefined);
  client.query(postsQuery).catch(() => undefined);
}

export function App() {
  const { data, error, refetch } = useQuery(meQuery);
  if (data) {
    return (
      <SessionProvider first={data} key={data.name}>
        <NamesProvider>
          <SignedIn />
        </NamesProvider>
      </SessionProvider>
    );
  }
  if (error instanceof NodeError && error.status === 401) return <SignIn />;
  if (error) return <Problem error={error} retry={() => void refetch()} />;
  return <Loading />;
}

function SignedIn() {
  const client = useQueryClient();
  useEffect(() => {
    const timer = setTimeout(() => fetchAhead(client), AFTER_FIRST_PAGE_MS);
    return () => clearTimeout(timer);
  }, [client]);
  const isOver = useLineState() === "signed-out";
  const { line } = useSession();
  if (isOver) return <SignIn again onSignedIn={line.again} />;
  return (
    <Frame>
      <Boundary>
        <ActionHost>
          <Routes>
            <Route path="/" element={<Navigate to="/inbox" replace />} />
            <Route path="/inbox" element={<Inbox />} />
            <Route path="/cases" element={<Cases />} />
            <Route path="/cases/:id" element={<Case />} />
            <Route path="/release" element={<Release />} />
            <Route path="/headquarters" element={<Headquarters />} />
            <Route path="/posts" element={<Posts />} />
            <Route path="/studio" element={<Studio />} />
            <Route path="/log" element={<Log />} />
            <Route path="/admin" element={<Admin />} />
            <Route path="*" element={<Nowhere />} />
          </Routes>
        </ActionHost>
      </Boundary>
    </Frame>
  );
}
