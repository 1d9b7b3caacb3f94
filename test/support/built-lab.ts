import { build } from "vite";
import { LAB_FOLDER, ROOT } from "../../src/cli/launch/paths.mjs";

/** Builds the lab once before the tests of the built page. LAB_IS_BUILT=1 says that dist/lab is already up to date. */
export default async function setup(): Promise<void> {
  if (process.env["LAB_IS_BUILT"] === "1") return;
  // Vite takes the mode from NODE_ENV, which the test runner has set to "test".
  const before = process.env["NODE_ENV"];
  process.env["NODE_ENV"] = "production";
  await build({ root: ROOT, mode: "production", logLevel: "warn", build: { outDir: LAB_FOLDER } });
  if (before !== undefined) process.env["NODE_ENV"] = before;
}
