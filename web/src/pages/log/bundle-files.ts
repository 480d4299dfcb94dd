// Bundles as files: out of the node with the label beside it, into the node with progress.
import { csrfHeader, type ErrorBody, LineError, NodeError, type Schemas } from "@/api/client";

export type BroughtIn = Schemas["BroughtIn"];

const LABEL = "X-Confidentiality-Label";

export interface Exported {
  bundle: Blob;
  /** The file that goes beside it. */
  label: Uint8Array<ArrayBuffer>;
}

/** @throws NodeError, LineError */
export async function exportBundle(partner: string, after: number | null, files: boolean): Promise<Exported> {
  const from = after === null ? "" : `&after=${after}`;
  const where = `/api/v1/links/${encodeURIComponent(partner)}/export?files=${files}${from}`;
  const response = await fetch(where, { method: "POST", headers: csrfHeader() }).catch(() => {
    throw new LineError();
  });
  if (!response.ok) throw failure(response.status, await response.text());
  return { bundle: await response.blob(), label: fromBase64(response.headers.get(LABEL) ?? "") };
}

/**
 * @param label What came beside the bundle; null for nothing.
 * @param progress Told how much has gone, from 0 to 1.
 * @throws NodeError, LineError
 */
export async function importBundle(
  partner: string,
  bundle: File,
  label: File | null,
  progress: (share: number) => void,
): Promise<BroughtIn> {
  const beside = label === null ? "" : toBase64(new Uint8Array(await label.arrayBuffer()));
  // fetch() does not tell how much of a body has gone.
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    request.open("POST", `/api/v1/links/${encodeURIComponent(partner)}/import`);
    const headers = { ...csrfHeader(), "Content-Type": "application/octet-stream" };
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    if (beside) request.setRequestHeader(LABEL, beside);
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onerror = () => reject(new LineError());
    request.onabort = () => reject(new LineError());
    request.onload = () => {
      if (request.status !== 200) reject(failure(request.status, request.responseText));
      else resolve((JSON.parse(request.responseText) as { data: BroughtIn }).data);
    };
    request.send(bundle);
  });
}

function failure(status: number, text: string): Error {
  try {
    return new NodeError(status, (JSON.parse(text) as { error: ErrorBody }).error);
  } catch {
    return new LineError();
  }
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

export function toBase64(bytes: Uint8Array): string {
  return btoa([...bytes].map((byte) => String.fromCharCode(byte)).join(""));
}
