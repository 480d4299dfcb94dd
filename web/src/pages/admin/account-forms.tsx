// Forms for accounts: a new one, another password, the posts that somebody may hold. No password is kept here.
import { Button, Checkbox, Modal, MultiSelect, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";

import { answered, node } from "@/api/client";
import { postsQuery } from "@/api/queries";
import { Refused } from "@/parts/refused";
import { useSession } from "@/session/session";
import { useName } from "@/text/language";

import { useChange } from "./change";
import { type Account, EVERY_POST } from "./queries";

interface FormProps {
  isOpen: boolean;
  close: () => void;
  title: string;
  submit: () => void;
  busy: boolean;
  error: Error | null;
  children: ReactNode;
}

function Form({ isOpen, close, title, submit, busy, error, children }: FormProps) {
  const { t } = useTranslation("admin");
  const common = useTranslation().t;
  return (
    <Modal opened={isOpen} onClose={close} title={title} closeButtonProps={{ "aria-label": common("close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack>
          {children}
          <Refused error={error} />
          <Button type="submit" loading={busy}>
            {t("save")}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}

export function NewAccount({ isOpen, close }: { isOpen: boolean; close: () => void }) {
  const { t } = useTranslation("admin");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [posts, setPosts] = useState<string[]>([]);
  const [administrator, setAdministrator] = useState(false);
  const { mutate, error, isPending } = useChange(
    () => answered(node.POST("/api/v1/accounts", { body: { name, password, posts, administrator } })),
    () => {
      setName("");
      setPassword("");
      setPosts([]);
      setAdministrator(false);
      close();
    },
  );
  return (
    <Form
      isOpen={isOpen}
      close={close}
      title={t("accounts.new")}
      submit={mutate}
      busy={isPending}
      error={error}
    >
      <TextInput
        label={t("accounts.name")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        required
        maxLength={200}
        autoComplete="off"
        data-autofocus
      />
      <PasswordField value={password} set={setPassword} />
      <PostsField value={posts} set={setPosts} />
      <Checkbox
        label={t("accounts.makeAdministrator")}
        checked={administrator}
        onChange={(event) => setAdministrator(event.currentTarget.checked)}
      />
    </Form>
  );
}

export function PasswordForm({ account, close }: { account: Account; close: () => void }) {
  const { t } = useTranslation("admin");
  const { me } = useSession();
  const isOwn = me.name === account.name;
  const [password, setPassword] = useState("");
  const [current, setCurrent] = useState("");
  const { mutate, error, isPending } = useChange(() => {
    const body = { password, current: isOwn ? current : null };
    const params = { path: { name: account.name } };
    return answered(node.POST("/api/v1/accounts/{name}/password", { params, body }));
  }, close);
  return (
    <Form
      isOpen
      close={close}
      title={t("accounts.passwordOf", { name: account.name })}
      submit={mutate}
      busy={isPending}
      error={error}
    >
      {isOwn && (
        <PasswordInput
          label={t("accounts.current")}
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
          autoComplete="current-password"
          required
        />
      )}
      <PasswordField value={password} set={setPassword} />
    </Form>
  );
}

export function PostsForm({ account, close }: { account: Account; close: () => void }) {
  const { t } = useTranslation("admin");
  const [posts, setPosts] = useState(account.posts);
  const { mutate, error, isPending } = useChange(() => {
    const params = { path: { name: account.name } };
    return answered(node.POST("/api/v1/accounts/{name}/posts", { params, body: { posts } }));
  }, close);
  return (
    <Form
      isOpen
      close={close}
      title={t("accounts.postsOf", { name: account.name })}
      submit={mutate}
      busy={isPending}
      error={error}
    >
      <PostsField value={posts} set={setPosts} />
    </Form>
  );
}

function PasswordField({ value, set }: { value: string; set: (value: string) => void }) {
  const { t } = useTranslation("admin");
  return (
    <PasswordInput
      label={t("accounts.newPassword")}
      description={t("accounts.passwordHelp")}
      value={value}
      onChange={(event) => set(event.currentTarget.value)}
      autoComplete="new-password"
      required
      maxLength={256}
    />
  );
}

function PostsField({ value, set }: { value: string[]; set: (value: string[]) => void }) {
  const { t } = useTranslation("admin");
  const name = useName();
  const { data = [] } = useQuery(postsQuery);
  const every = value.includes(EVERY_POST);
  return (
    <Stack gap="xs">
      <Checkbox
        label={t("accounts.every")}
        checked={every}
        onChange={(event) => set(event.currentTarget.checked ? [EVERY_POST] : [])}
      />
      {!every && (
        <MultiSelect
          label={t("accounts.mayHold")}
          description={t("accounts.postsHelp")}
          data={data.map((post) => ({ value: post.id, label: name(post.name) }))}
          value={value}
          onChange={set}
          searchable
          clearable
          clearButtonProps={{ "aria-label": t("accounts.clearPosts") }}
        />
      )}
    </Stack>
  );
}
