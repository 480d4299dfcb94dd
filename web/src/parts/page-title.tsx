import { Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";

/** The one heading of first rank on a page, which also names the window. */
export function PageTitle({ title, children }: { title: string; children?: React.ReactNode }) {
  useDocumentTitle(`${title} · renkei`);
  return (
    <Title order={1} size="h2" tabIndex={-1} id="page-title">
      {title}
      {children}
    </Title>
  );
}
