// A sign for each kind of entry, beside its name in words.
import {
  IconBuildingBroadcastTower,
  IconChecklist,
  IconFile,
  IconFileText,
  IconGitBranch,
  IconHandStop,
  IconHelp,
  IconMail,
  IconMessageCircle,
  IconSend,
  IconSignature,
  IconTag,
  IconUsersGroup,
} from "@tabler/icons-react";

const icons = {
  task: IconChecklist,
  choice: IconGitBranch,
  attribute: IconTag,
  event: IconBuildingBroadcastTower,
  release: IconSend,
  message: IconMail,
  rfi: IconHelp,
  support: IconHandStop,
  offer: IconMessageCircle,
  order: IconSignature,
  report: IconFileText,
  file: IconFile,
  conference: IconUsersGroup,
  consent: IconSignature,
} as const;

export function KindIcon({ kind }: { kind: keyof typeof icons }) {
  const Icon = icons[kind];
  return <Icon size={18} aria-hidden style={{ flex: "none", marginTop: 3 }} />;
}
