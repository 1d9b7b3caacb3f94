import { writeFileSync } from "node:fs";
import type { Reporter, SerializedError, TestCase, TestModule } from "vitest/node";

/** What one run of the suite came to; test/run.mjs prints it. */
export interface Totals {
  readonly passed: number;
  /** Failed test cases, files that could not be loaded and errors outside any test, each counted once. */
  readonly failed: number;
  readonly failedTests: readonly string[];
  readonly skippedTests: readonly { readonly name: string; readonly reason: string }[];
}

/** Writes the totals as JSON to the file named by the environment variable TOTALS_FILE. */
export default class TotalsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const path = process.env["TOTALS_FILE"];
    if (path) writeFileSync(path, JSON.stringify(countTotals(modules, errors)));
  }
}

/** Counts every test case of every module once. */
export function countTotals(modules: readonly TestModule[], errors: readonly SerializedError[]): Totals {
  const tests = modules.flatMap((module) =>
    [...module.children.allTests()].map((test) => ({ test, module })),
  );
  const failedTests = [
    ...tests
      .filter(({ test }) => test.result().state === "failed")
      .map(({ test, module }) => title(module, test)),
    ...modules.filter(brokenOutsideTests).map((module) => `${module.relativeModuleId} (outside its tests)`),
    ...errors.map((error) => `unhandled error: ${error.message}`),
  ];
  // A test that never ran, for example because its file broke, counts as skipped, never as passed.
  const notRun = tests.filter(({ test }) => ["skipped", "pending"].includes(test.result().state));
  return {
    passed: tests.filter(({ test }) => test.result().state === "passed").length,
    failed: failedTests.length,
    failedTests,
    skippedTests: notRun.map(({ test, module }) => ({ name: title(module, test), reason: note(test) })),
  };
}

function title(module: TestModule, test: TestCase): string {
  return `[${module.project.name}] ${module.relativeModuleId} > ${test.fullName}`;
}

function note(test: TestCase): string {
  const result = test.result();
  return result.state === "skipped" ? (result.note ?? "") : "";
}

/** True if a module or one of its suites failed by itself: an error on import, or in a hook. */
function brokenOutsideTests(module: TestModule): boolean {
  return (
    module.errors().length > 0 || [...module.children.allSuites()].some((suite) => suite.errors().length > 0)
  );
}
