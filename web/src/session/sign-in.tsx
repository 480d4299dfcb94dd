// Who are you? Name and password; what the node answers is said as it is.
import { Alert, Button, Center, Paper, PasswordInput, Stack, TextInput } from "@mantine/core";
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { useTranslation } from "react-i18next";

import { answered, type ErrorBody, keepCsrf, node, NodeError } from "@/api/client";
import { meQuery } from "@/api/queries";
import { LanguageChoice } from "@/frame/language-choice";
import { PageTitle } from "@/parts/page-title";
import { useName } from "@/text/language";

/** Of demonstration nodes, which only their own machine can reach; their command line prints it too. */
const DEMO_PASSWORD = "demonstration-only";

/** What kind of node this is, as it tells whoever is at the door. */
const entranceQuery = queryOptions({
  queryKey: ["entrance"],
  queryFn: async () => (await answered(node.GET("/api/v1/session"))).data,
});

/** The first page: name and password. What the node answers is said as it is. */
interface Props {
  /** Whether a session has just ended. */
  again?: boolean;
  onSignedIn?: () => void;
}

export function SignIn({ again = false, onSignedIn }: Props) {
  const { t } = useTranslation("session");
  const common = useTranslation("common").t;
  const client = useQueryClient();
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const name = useName();
  const { data: entrance } = useQuery(entranceQuery);

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    setBusy(true);
    setProblem("");
    try {
      const body = { name: text(given, "name"), password: text(given, "password") };
      const { data } = await answered(node.POST("/api/v1/session", { body }));
      keepCsrf(data.csrf);
      await client.invalidateQueries(meQuery);
      onSignedIn?.();
    } catch (error) {
      setProblem(error instanceof NodeError ? said(error.body) : common("problem.line"));
    } finally {
      setBusy(false);
    }
  }

  function said(body: ErrorBody): string {
    return [name(body.title) || name(body.facts) || body.message, name(body.remedy)]
      .filter(Boolean)
      .join(" · ");
  }

  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder p="xl" w="100%" maw={420}>
        <form onSubmit={(event) => void submit(event)}>
          <Stack>
            <PageTitle title={t("title")}>{entrance && ` (${entrance.party})`}</PageTitle>
            {entrance?.exercise && <Alert color="yellow">{common("banner.exercise")}</Alert>}
            {entrance?.demo && <Alert>{t("demo", { password: DEMO_PASSWORD })}</Alert>}
            {again && <Alert color="yellow">{t("again")}</Alert>}
            <TextInput name="name" label={t("name")} autoComplete="username" required />
            <PasswordInput name="password" label={t("password")} autoComplete="current-password" required />
            {problem && (
              <Alert color="red" role="alert">
                {problem}
              </Alert>
            )}
            <Button type="submit" loading={busy}>
              {t("submit")}
            </Button>
            {entrance?.openid && (
              <Button component="a" href="/api/v1/session/openid" variant="default">
                {t("openid")}
              </Button>
            )}
            <LanguageChoice />
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}

function text(given: FormData, name: string): string {
  const value = given.get(name);
  return typeof value === "string" ? value : "";
}
