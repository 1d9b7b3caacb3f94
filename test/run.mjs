/**
 * `npm test [-- arguments for vitest]`: installs what is missing, finds or installs Chromium, runs every test in Node
 * and in a real browser, and closes with one line `N passed, N failed[, N skipped]`.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NO_CHROMIUM, ensureChromium } from "../src/cli/launch/chromium.mjs";
import { ensureDependencies } from "../src/cli/launch/dependencies.mjs";
import { ROOT } from "../src/cli/launch/paths.mjs";
import { softwareVulkanEnvironment } from "../src/cli/launch/vulkan.mjs";

ensureDependencies();
const chromium = ensureChromium();
if (!chromium) {
  console.error(NO_CHROMIUM);
  console.log("0 passed, 1 failed");
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), "etalon-test-"));
const totalsFile = join(folder, "totals.json");
const status = await runVitest();
const totals = readTotals();
rmSync(folder, { recursive: true, force: true });

for (const { name, reason } of totals.skippedTests)
  console.log(`skipped: ${name}${reason ? ` (${reason})` : ""}`);
for (const name of totals.failedTests) console.log(`failed: ${name}`);
const failed = status !== 0 && totals.failed === 0 ? 1 : totals.failed;
const skipped = totals.skippedTests.length;
console.log(`${totals.passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed > 0 ? 1 : 0;

function runVitest() {
  const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
  const reporters = ["--reporter=default", `--reporter=${join(ROOT, "test/support/totals-reporter.ts")}`];
  const child = spawn(process.execPath, [vitest, "run", ...reporters, ...process.argv.slice(2)], {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...softwareVulkanEnvironment(), CHROME_PATH: chromium, TOTALS_FILE: totalsFile },
  });
  return new Promise((done) => child.on("exit", (code) => done(code ?? 1)));
}

function readTotals() {
  try {
    return JSON.parse(readFileSync(totalsFile, "utf8"));
  } catch {
    return {
      passed: 0,
      failed: 1,
      failedTests: ["the test runner ended before it could count"],
      skippedTests: [],
    };
  }
}
