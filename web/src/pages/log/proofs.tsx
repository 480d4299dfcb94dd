// That the log is as it was signed: verify all of it, and take proofs along as files.
import { Alert, Anchor, Button, Fieldset, Group, List, NumberInput, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { answered, node } from "@/api/client";
import { useNumbers } from "@/parts/moment";
import { Loading, Problem } from "@/parts/problem";
import { Refused } from "@/parts/refused";
import { saveAs } from "@/parts/saving";
import { useSession } from "@/session/session";

import { headQuery, type Verified } from "./queries";

export function Proofs() {
  const { data: head, error, refetch } = useQuery(headQuery);
  if (error && head === undefined) return <Problem error={error} retry={() => void refetch()} />;
  if (head === undefined) return <Loading />;
  return (
    <Stack>
      <Verify />
      <Checkpoint />
      <Inclusion head={head} />
      <Consistency head={head} />
    </Stack>
  );
}

function Verify() {
  const { t } = useTranslation("log");
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: async () => (await answered(node.POST("/api/v1/log/verify"))).data,
  });
  return (
    <Fieldset legend={t("verify.title")}>
      <Stack gap="sm">
        <Text size="sm">{t("verify.help")}</Text>
        <Group>
          <Button loading={isPending} onClick={() => mutate()}>
            {t("verify.do")}
          </Button>
        </Group>
        <div aria-live="polite">{data && <Result found={data} />}</div>
        <Refused error={error} />
      </Stack>
    </Fieldset>
  );
}

function Result({ found }: { found: Verified }) {
  const { t } = useTranslation("log");
  const number = useNumbers();
  const trees = Object.entries(found.released);
  return (
    <Alert color={found.holds ? "teal" : "red"} title={t(found.holds ? "verify.holds" : "verify.fails")}>
      <List size="sm">
        <List.Item>{t("verify.own", proven(found.log, number))}</List.Item>
        {trees.map(([partner, tree]) => (
          <List.Item key={partner}>{t("verify.to", { partner, ...proven(tree, number) })}</List.Item>
        ))}
        {found.findings.map((flaw, at) => (
          <List.Item key={at}>
            <b>{flaw.code}</b> {flaw.first > 0 && t("verify.at", { first: flaw.first, last: flaw.last })}{" "}
            {flaw.message}
          </List.Item>
        ))}
      </List>
      {found.hidden > 0 && <Text size="sm">{t("verify.hidden", { count: found.hidden })}</Text>}
    </Alert>
  );
}

function proven(tree: Verified["log"], number: (value: number) => string) {
  const { entries, proven: held, checkpoints } = tree;
  return { entries: number(entries), proven: number(held), checkpoints: number(checkpoints) };
}

function Checkpoint() {
  const { t } = useTranslation("log");
  const { me } = useSession();
  const { mutate, error, isPending } = useMutation({
    mutationFn: async () => (await answered(node.GET("/api/v1/log/checkpoint"))).data,
    onSuccess: ({ note }) => saveAs(`${me.party}.checkpoint`, note, "text/plain"),
  });
  return (
    <Fieldset legend={t("checkpoint.title")}>
      <Text size="sm" mb="sm">
        {t("checkpoint.help")}
      </Text>
      <Button variant="default" loading={isPending} onClick={() => mutate()}>
        {t("checkpoint.do")}
      </Button>
      <Refused error={error} />
    </Fieldset>
  );
}

function Inclusion({ head }: { head: number }) {
  const { t } = useTranslation("log");
  const [seq, setSeq] = useState(head);
  return (
    <Fieldset legend={t("inclusion.title")}>
      <Text size="sm" mb="sm">
        {t("inclusion.help")}
      </Text>
      <Group align="end">
        <Whole label={t("inclusion.seq")} value={seq} set={setSeq} min={1} max={head} />
        <Anchor href={`/api/v1/log/entries/${seq}/proof`} download>
          {t("inclusion.do", { seq })}
        </Anchor>
      </Group>
    </Fieldset>
  );
}

function Consistency({ head }: { head: number }) {
  const { t } = useTranslation("log");
  const { me } = useSession();
  const [first, setFirst] = useState(1);
  const [second, setSecond] = useState(head);
  const { mutate, error, isPending } = useMutation({
    mutationFn: async () => {
      const query = { first, second };
      const asked = node.GET("/api/v1/log/proof/consistency", { params: { query } });
      return { party: me.party, first, second, hashes: (await answered(asked)).data.hashes };
    },
    onSuccess: (proof) =>
      saveAs(`${me.party}-${first}-${second}.consistency.json`, JSON.stringify(proof), "application/json"),
  });
  return (
    <Fieldset legend={t("consistency.title")}>
      <Text size="sm" mb="sm">
        {t("consistency.help")}
      </Text>
      <Group align="end">
        <Whole label={t("consistency.first")} value={first} set={setFirst} min={0} max={second} />
        <Whole label={t("consistency.second")} value={second} set={setSecond} min={first} max={head} />
        <Button variant="default" loading={isPending} onClick={() => mutate()}>
          {t("consistency.do")}
        </Button>
      </Group>
      <Refused error={error} />
    </Fieldset>
  );
}

interface WholeProps {
  label: string;
  value: number;
  set: (value: number) => void;
  min: number;
  max: number;
}

function Whole({ label, value, set, min, max }: WholeProps) {
  return (
    <NumberInput
      label={label}
      value={value}
      min={min}
      max={max}
      allowDecimal={false}
      clampBehavior="strict"
      onChange={(next) => set(Number(next) || min)}
      w={150}
    />
  );
}
