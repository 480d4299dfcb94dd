import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

import { compressed } from "./compress.ts";

const node = process.env["RENKEI_NODE"] ?? "http://127.0.0.1:7301";

export default defineConfig({
  plugins: [react(), compressed()],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  // What the node does not serve under its own name it would have to allow in its content security policy.
  build: {
    outDir: "../src/renkei/interfaces/web/static",
    emptyOutDir: true,
    target: "es2023",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    sourcemap: false,
    // The licences of all that is packed in go along with it.
    license: { fileName: "licences.md" },
  },
  server: {
    host: "127.0.0.1",
    proxy: Object.fromEntries(
      ["/api", "/health", "/metrics"].map((path) => [
        path,
        { target: node, changeOrigin: true, headers: { origin: node } },
      ]),
    ),
  },
  test: { environment: "happy-dom", setupFiles: ["src/test-setup.ts"] },
});
