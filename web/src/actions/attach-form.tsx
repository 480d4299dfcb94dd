// A file: uploaded first, then attached to the case by its digest, under a label where it has one.
import { Alert, FileInput, Progress, Stack, Text } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { type ErrorBody, NodeError } from "@/api/client";
import { LabelPicker } from "@/parts/label-picker";
import { useNumbers } from "@/parts/moment";
import { RefusalNote } from "@/parts/problem";

import { CommandForm } from "./command-form";
import type { Label } from "./fields";
import { upload } from "./upload";
import { useMembers } from "./write-form";
import { useSession } from "@/session/session";

interface Stored {
  digest: string;
  media: string;
  size: number;
  name: string;
}

const empty = { stored: null as Stored | null, label: null as Label | null };

export function AttachForm({ caseId, onDone }: { caseId: string; onDone: () => void }) {
  const { t } = useTranslation("actions");
  const { me } = useSession();
  const partners = (useMembers(caseId) ?? []).filter((party) => party !== me.party);
  return (
    <CommandForm<typeof empty>
      about={`attach ${caseId}`}
      initial={empty}
      submit={t("command.attach")}
      toWritten={({ stored, label }) =>
        stored ? { type: "attach", case: caseId, ...stored, label } : t("pickFile")
      }
      fields={({ stored, label }, set) => (
        <>
          <Upload caseId={caseId} stored={stored} onStored={(next) => set({ stored: next })} />
          <LabelPicker value={label} onChange={(next) => set({ label: next })} partners={partners} />
        </>
      )}
      onDone={onDone}
    />
  );
}

interface UploadProps {
  caseId: string;
  stored: Stored | null;
  onStored: (stored: Stored | null) => void;
}

function Upload({ caseId, stored, onStored }: UploadProps) {
  const { t } = useTranslation("actions");
  const common = useTranslation("common").t;
  const number = useNumbers();
  const [share, setShare] = useState<number | null>(null);
  const [problem, setProblem] = useState<ErrorBody | "line" | null>(null);
  const sending = useRef<AbortController>(undefined);
  useEffect(() => () => sending.current?.abort(), []);

  async function send(file: File | null) {
    sending.current?.abort();
    onStored(null);
    setProblem(null);
    if (!file) return;
    const now = new AbortController();
    sending.current = now;
    setShare(0);
    try {
      const { digest, media, size } = await upload(file, caseId, setShare, now.signal);
      onStored({ digest, media, size, name: plainName(file.name) });
    } catch (error) {
      if (!now.signal.aborted) setProblem(error instanceof NodeError ? error.body : "line");
    } finally {
      if (sending.current === now) setShare(null);
    }
  }

  return (
    <Stack gap="xs">
      <FileInput
        label={t("field.file")}
        description={t("field.fileHelp")}
        placeholder={stored ? stored.name : t("field.filePick")}
        onChange={(file) => void send(file)}
        data-autofocus
      />
      {share !== null && <Progress value={share * 100} aria-label={t("uploading")} />}
      {stored && (
        <Text size="sm" role="status">
          {t("uploaded", { name: stored.name, size: number(stored.size) })}
        </Text>
      )}
      {problem === "line" && (
        <Alert color="yellow" role="alert">
          {common("problem.line")}
        </Alert>
      )}
      {problem && problem !== "line" && <RefusalNote error={problem} />}
    </Stack>
  );
}

/** A name that the node takes: no folders, no control characters, not too long. */
function plainName(name: string): string {
  // eslint-disable-next-line no-control-regex
  return name.replace(/[\u0000-\u001f\u007f/\\]/g, "_").slice(-255) || "file";
}
