import { Alert, Button } from "@mantine/core";
import { Component, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";

/** A page that fails takes nothing else with it; the next page is tried anew. */
export function Boundary({ children }: { children: ReactNode }) {
  return <Caught key={useLocation().pathname}>{children}</Caught>;
}

class Caught extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <Failed /> : this.props.children;
  }
}

function Failed() {
  const { t } = useTranslation();
  return (
    <Alert color="red" role="alert" title={t("problem.crash")}>
      <Button variant="default" onClick={() => globalThis.location.reload()}>
        {t("problem.reload")}
      </Button>
    </Alert>
  );
}
