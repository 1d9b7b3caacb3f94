import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../../src/cli/launch/paths.mjs";
import type { Totals } from "./totals-reporter.ts";

const SUITES = {
  "cases.test.ts": `import { expect, it } from "vitest";
    it("passes", () => expect(1).toBe(1));
    it("fails", () => expect(1).toBe(2));
    it("is skipped with a reason", (context) => context.skip("no adapter"));
    it.skip("is skipped", () => {});`,
  "broken.test.ts": `import "./missing.ts";`,
  "hook.test.ts": `import { beforeAll, describe, it } from "vitest";
    describe("suite", () => { beforeAll(() => { throw new Error("hook"); }); it("never runs", () => {}); });`,
};

it("The totals count every case once, and broken files and hooks as failures", () => {
  const folder = mkdtempSync(join(ROOT, "node_modules/.totals-"));
  try {
    for (const [name, text] of Object.entries(SUITES)) writeFileSync(join(folder, name), text);
    const totals = runSuites(folder);
    expect(totals.passed).toBe(1);
    expect(totals.failedTests.map((name) => name.replace(/^.*?(\w+\.test\.ts)/, "$1")).sort()).toEqual([
      "broken.test.ts (outside its tests)",
      "cases.test.ts > fails",
      "hook.test.ts (outside its tests)",
    ]);
    expect(totals.failed).toBe(3);
    expect(totals.skippedTests.map(({ reason }) => reason).sort()).toEqual(["", "", "no adapter"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function runSuites(folder: string): Totals {
  const file = join(folder, "totals.json");
  const config = join(folder, "vitest.config.mjs");
  writeFileSync(config, `export default { test: { include: ["*.test.ts"], exclude: [] } };`);
  const reporter = join(ROOT, "test/support/totals-reporter.ts");
  const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
  const args = [vitest, "run", "--root", folder, "--config", config, `--reporter=${reporter}`];
  const { VITEST: _, ...env } = process.env;
  const { status } = spawnSync(process.execPath, args, { cwd: folder, env: { ...env, TOTALS_FILE: file } });
  expect(status).toBe(1);
  return JSON.parse(readFileSync(file, "utf8")) as Totals;
}
