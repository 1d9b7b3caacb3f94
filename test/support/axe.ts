/** What axe finds wrong with a page. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Rules that axe finds broken, each with the elements: [] for a clean page. Evaluated, since the page's policy allows no foreign script. */
export async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const options: RunOptions = { resultTypes: ["violations"] };
  const results = await page.evaluate(
    (given) =>
      (globalThis as unknown as { axe: { run(at: Document, how: RunOptions): Promise<AxeResults> } }).axe.run(
        document,
        given,
      ),
    options,
  );
  return results.violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`,
  );
}
