// For links without a line: what was released as a file to carry, and what a partner's people brought.
import {
  Alert,
  Button,
  Checkbox,
  Fieldset,
  FileInput,
  NumberInput,
  Progress,
  SimpleGrid,
  Stack,
  Text,
} from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Refused } from "@/parts/refused";
import { saveAs } from "@/parts/saving";
import { useSession } from "@/session/session";

import { type BroughtIn, exportBundle, importBundle } from "./bundle-files";

const ENDING = ".label.xml";

interface Props {
  partner: string;
  acknowledged: number;
}

export function Bundles({ partner, acknowledged }: Props) {
  const { t } = useTranslation("log");
  const { me } = useSession();
  if (!me.administrator) {
    return (
      <Text size="sm" c="dimmed">
        {t("bundle.administrators")}
      </Text>
    );
  }
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} className="no-print">
      <Export partner={partner} acknowledged={acknowledged} />
      <Import partner={partner} />
    </SimpleGrid>
  );
}

function Export({ partner, acknowledged }: Props) {
  const { t } = useTranslation("log");
  const { me } = useSession();
  const [after, setAfter] = useState<number | null>(null);
  const [withFiles, setWithFiles] = useState(true);
  const { mutate, error, isPending, isSuccess } = useMutation({
    mutationFn: () => exportBundle(partner, after, withFiles),
    onSuccess: ({ bundle, label }) => {
      const name = `${me.party}-to-${partner}-after-${after ?? acknowledged}.bundle`;
      saveAs(name, bundle);
      saveAs(name + ENDING, new Blob([label], { type: "application/xml" }));
    },
  });
  return (
    <Fieldset legend={t("bundle.out")}>
      <Stack gap="sm">
        <Text size="sm">{t("bundle.outHelp")}</Text>
        <NumberInput
          label={t("bundle.after")}
          description={t("bundle.afterHelp", { acknowledged })}
          placeholder={String(acknowledged)}
          value={after ?? ""}
          min={0}
          allowDecimal={false}
          onChange={(next) => setAfter(next === "" ? null : Number(next))}
        />
        <Checkbox
          label={t("bundle.withFiles")}
          description={t("bundle.withFilesHelp")}
          checked={withFiles}
          onChange={(event) => setWithFiles(event.currentTarget.checked)}
        />
        <Button variant="default" loading={isPending} onClick={() => mutate()}>
          {t("bundle.export")}
        </Button>
        <div role="status">{isSuccess && <Text size="sm">{t("bundle.exported")}</Text>}</div>
        <Refused error={error} />
      </Stack>
    </Fieldset>
  );
}

function Import({ partner }: { partner: string }) {
  const { t } = useTranslation("log");
  const [files, setFiles] = useState<File[]>([]);
  const [share, setShare] = useState(0);
  const bundle = files.find((file) => !file.name.endsWith(ENDING));
  const label = files.find((file) => file.name.endsWith(ENDING)) ?? null;
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: (given: File) => importBundle(partner, given, label, setShare),
    onSuccess: () => setFiles([]),
  });
  return (
    <Fieldset legend={t("bundle.in")}>
      <Stack gap="sm">
        <Text size="sm">{t("bundle.inHelp")}</Text>
        <FileInput
          label={t("bundle.files")}
          placeholder={t("bundle.choose")}
          multiple
          clearable
          clearButtonProps={{ "aria-label": t("bundle.clear") }}
          value={files}
          onChange={(next) => {
            setShare(0);
            setFiles(next);
          }}
        />
        <Button
          variant="default"
          disabled={!bundle}
          loading={isPending}
          onClick={() => bundle && mutate(bundle)}
        >
          {t("bundle.import")}
        </Button>
        {isPending && <Progress value={share * 100} aria-label={t("bundle.progress")} />}
        <div role="status">{data && <Result found={data} />}</div>
        <Refused error={error} />
      </Stack>
    </Fieldset>
  );
}

function Result({ found }: { found: BroughtIn }) {
  const { t } = useTranslation("log");
  const {
    new: fresh,
    received,
    acknowledged,
    files_new: files,
    files_refused: refused,
    files_missing: missing,
  } = found;
  return (
    <Alert color="teal">
      <Text size="sm">{t(fresh > 0 ? "bundle.took" : "bundle.tookNothing", { count: fresh, received })}</Text>
      <Text size="sm">{t("bundle.theyHave", { acknowledged })}</Text>
      {files > 0 && <Text size="sm">{t("bundle.filesCame", { count: files })}</Text>}
      {refused.length > 0 && <Text size="sm">{t("bundle.refused", { files: refused.join(", ") })}</Text>}
      {missing.length > 0 && <Text size="sm">{t("bundle.missing", { files: missing.join(", ") })}</Text>}
    </Alert>
  );
}
