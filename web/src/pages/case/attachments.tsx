// Files of a case: those attached to it, and those that go with what was written. To be saved, never shown.
import { Button, Table, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { answered, node, type Schemas } from "@/api/client";
import { When } from "@/parts/moment";
import { useNamed } from "@/parts/names";
import { Problem } from "@/parts/problem";
import { useNumbers } from "@/parts/moment";
import { useName } from "@/text/language";

import type { CaseView, Item } from "./queries";

type File = Schemas["AttachmentShown"];

interface Filed {
  file: File;
  item: Item;
}

/** Return every file of a case once, with the item that first brought it. */
export function filesOf(view: CaseView): Filed[] {
  const found = new Map<string, Filed>();
  for (const item of view.items) {
    const files =
      item.what === "file" ? [item.terms] : "attachments" in item.terms ? (item.terms.attachments ?? []) : [];
    for (const file of files) if (!found.has(file.digest)) found.set(file.digest, { file, item });
  }
  return [...found.values()];
}

export function Attachments({ view }: { view: CaseView }) {
  const { t } = useTranslation("cases");
  const name = useName();
  const party = useNamed("parties");
  const files = filesOf(view);
  if (files.length === 0) return <Text size="sm">{t("file.none")}</Text>;
  return (
    <Table.ScrollContainer
      minWidth={560}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, "aria-label": t("part.files") } }}
    >
      <Table withTableBorder verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("file.name")}</Table.Th>
            <Table.Th>{t("file.from")}</Table.Th>
            <Table.Th>{t("file.label")}</Table.Th>
            <Table.Th>{t("file.digest")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {files.map(({ file, item }) => (
            <Table.Tr key={file.digest}>
              <Table.Td>
                <FileLink file={file} />
              </Table.Td>
              <Table.Td>
                {item.own && item.post_name ? name(item.post_name) : party(item.origin)}
                <Text size="xs" component="div">
                  <When moment={item.at} />
                </Text>
              </Table.Td>
              <Table.Td>{item.label}</Table.Td>
              <Table.Td title={file.digest}>
                <code>{file.digest.slice(0, 12)}…</code>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** The node names a download by its digest; under its own name it can be found again on a disk. */
export function FileLink({ file }: { file: File }) {
  const { t } = useTranslation("cases");
  const number = useNumbers();
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  async function save() {
    setBusy(true);
    setError(null);
    try {
      saveAs(await content(file.digest), file.name);
    } catch (failure) {
      setError(failure as Error);
    } finally {
      setBusy(false);
    }
  }
  const size = number(Math.max(1, Math.round(file.size / 1000)), {
    style: "unit",
    unit: "kilobyte",
    unitDisplay: "short",
  });
  return (
    <>
      <Button
        size="xs"
        variant="default"
        loading={busy}
        leftSection={<IconDownload size={14} aria-hidden />}
        aria-label={t("file.save", { name: file.name })}
        onClick={() => void save()}
        style={{ maxWidth: "100%" }}
      >
        {file.name} ({size})
      </Button>
      {error && <Problem error={error} />}
    </>
  );
}

async function content(digest: string): Promise<Blob> {
  const asked = node.GET("/api/v1/attachments/{digest}", { params: { path: { digest } }, parseAs: "blob" });
  return answered(asked as Promise<{ data?: Blob; error?: unknown; response: Response }>);
}

function saveAs(blob: Blob, name: string) {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
