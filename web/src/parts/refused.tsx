// What stands against something that was asked for by a button, where it was asked.
import { NodeError } from "@/api/client";

import { Problem, RefusalNote } from "./problem";

export function Refused({ error }: { error: Error | null }) {
  if (!error) return null;
  return error instanceof NodeError ? <RefusalNote error={error.body} /> : <Problem error={error} />;
}
