import react from "@vitejs/plugin-react";
import { playwright } from "@vitest/browser-playwright";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { chromiumFlags, findChromium } from "./src/cli/launch/chromium.mjs";
import { hasGpu, softwareVulkanEnvironment } from "./src/cli/launch/vulkan.mjs";

const testing = Boolean(process.env["VITEST"]);
// Test processes inherit these, so that Dawn finds a Vulkan driver also when vitest is called directly.
if (testing) Object.assign(process.env, softwareVulkanEnvironment());

/** The development server puts an inline script into the page, which the page's own content policy forbids. */
const withoutPolicy: Plugin = {
  name: "development-without-content-policy",
  apply: "serve",
  transformIndexHtml: (html) => html.replace(/<meta\s+http-equiv="Content-Security-Policy"[^>]*>/, ""),
};

export default defineConfig({
  // Relative addresses: the build works under any path of any web server.
  base: "./",
  plugins: [react(), withoutPolicy],
  build: { target: "es2023", outDir: "dist/lab", emptyOutDir: true, assetsInlineLimit: 0 },
  worker: { format: "es" },
  test: {
    // One project after the other: the page's times are measured while nothing else runs.
    projects: [
      {
        extends: true,
        test: {
          name: "node",
          sequence: { groupOrder: 0 },
          include: ["test/**/*.test.{ts,tsx}"],
          exclude: ["test/browser/**", "test/budget/**", "**/*.browser.test.{ts,tsx}"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Worker threads that the code under test starts are TypeScript too.
          execArgv: ["--import", new URL("./src/cli/launch/typescript.mjs", import.meta.url).href],
        },
      },
      {
        extends: true,
        // Found only while tests run, it would be bundled then, and the page reloaded under them.
        optimizeDeps: {
          include: [
            ...["react", "react/jsx-dev-runtime", "react-dom", "react-dom/client"],
            ...["@tensorflow/tfjs", "@tensorflow/tfjs-backend-wasm", "@tensorflow/tfjs-backend-webgpu"],
          ],
        },
        test: {
          name: "browser",
          sequence: { groupOrder: 1 },
          include: ["test/engine/**/*.test.ts", "test/**/*.browser.test.{ts,tsx}"],
          exclude: ["**/*.node.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          // A browser has no process.env; import.meta.env tells it.
          env: {
            REQUIRE_GPU: process.env["REQUIRE_GPU"] ?? "",
            SLOW_TESTS: process.env["SLOW_TESTS"] ?? "",
          },
          browser: {
            enabled: testing,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                ...optional("executablePath", testing ? findChromium() : null),
                args: chromiumFlags({ software: !hasGpu() }),
              },
            }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          sequence: { groupOrder: 2 },
          include: ["test/browser/**/*.test.ts", "test/budget/**/*.test.ts"],
          globalSetup: ["test/support/built-lab.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});

/** { [key]: value }, or {} where there is no value, as exact optional properties want it. */
function optional<K extends string>(key: K, value: string | null): { [key in K]?: string } {
  return value === null ? {} : ({ [key]: value } as { [key in K]?: string });
}
