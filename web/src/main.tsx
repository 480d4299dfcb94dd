import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./page.css";

import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";

import { NodeError } from "./api/client";
import { App } from "./app";
import { startLanguage } from "./text/language";
import { Speaking } from "./text/speaking";
import { theme, variables } from "./theme";

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // Events of the log say when something is old; time alone does not.
      staleTime: Infinity,
      networkMode: "always",
      refetchOnWindowFocus: false,
      retry: (count, error) => !(error instanceof NodeError) && count < 2,
    },
  },
});

async function start() {
  await startLanguage();
  const root = document.getElementById("root");
  if (!root) throw new Error("the page has no root");
  createRoot(root).render(
    <StrictMode>
      <Speaking>
        <MantineProvider theme={theme} cssVariablesResolver={variables} forceColorScheme="light">
          <Notifications position="bottom-right" />
          <QueryClientProvider client={client}>
            <BrowserRouter>
              <App />
            </BrowserRouter>
          </QueryClientProvider>
        </MantineProvider>
      </Speaking>
    </StrictMode>,
  );
}

void start();
