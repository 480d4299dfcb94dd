// Which form belongs to what is begun.
import { AttachForm } from "./attach-form";
import { CloseForm, ConsentForm, CorrectForm, MoveForm, SetInCaseForm } from "./case-forms";
import { InviteForm } from "./invite-form";
import type { Begun } from "./new-menu";
import { OrderForm } from "./order-form";
import { ReportForm } from "./report-form";
import { WriteForm } from "./write-form";

interface Props {
  kind: Begun;
  caseId: string | undefined;
  onDone: () => void;
}

export default function NewForm({ kind, caseId, onDone }: Props) {
  switch (kind) {
    case "send":
    case "ask":
    case "request-support":
      return <WriteForm kind={kind} caseId={caseId} onDone={onDone} />;
    case "order":
      return <OrderForm caseId={caseId} onDone={onDone} />;
    default:
      return caseId ? <InCase kind={kind} caseId={caseId} onDone={onDone} /> : null;
  }
}

interface InCaseProps {
  kind: Exclude<Begun, "send" | "ask" | "request-support" | "order">;
  caseId: string;
  onDone: () => void;
}

function InCase({ kind, caseId, onDone }: InCaseProps) {
  const given = { caseId, onDone };
  switch (kind) {
    case "report":
      return <ReportForm {...given} />;
    case "attach":
      return <AttachForm {...given} />;
    case "invite":
      return <InviteForm {...given} />;
    case "set":
      return <SetInCaseForm {...given} />;
    case "correct":
      return <CorrectForm {...given} />;
    case "withdraw":
      return <ConsentForm {...given} />;
    case "move":
      return <MoveForm {...given} />;
    case "close":
      return <CloseForm {...given} />;
  }
}
