// Sending a file to the node, with progress; what is kept there is named by its digest.
import { csrfHeader, type ErrorBody, LineError, NodeError, type Schemas } from "@/api/client";

export type Uploaded = Schemas["Answer_Kept_"]["data"];

/**
 * @param progress Told how much has gone, from 0 to 1.
 * @throws NodeError, LineError
 */
export function upload(
  file: File,
  caseId: string,
  progress: (share: number) => void,
  signal: AbortSignal,
): Promise<Uploaded> {
  const form = new FormData();
  form.append("file", file);
  form.append("case", caseId);
  // fetch() does not tell how much of a body has gone.
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    request.open("POST", "/api/v1/attachments");
    for (const [name, value] of Object.entries(csrfHeader())) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onerror = () => reject(new LineError());
    request.onabort = () => reject(new LineError());
    request.onload = () => {
      const said = read(request.responseText);
      if (request.status === 201 && said.data) resolve(said.data);
      else reject(said.error ? new NodeError(request.status, said.error) : new LineError());
    };
    signal.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

function read(text: string): { data?: Uploaded; error?: ErrorBody } {
  try {
    return JSON.parse(text) as { data?: Uploaded; error?: ErrorBody };
  } catch {
    return {};
  }
}
