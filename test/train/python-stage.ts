/** Runs the offline stages' Python where there is one. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { TestContext } from "vitest";
import { ROOT } from "../../src/cli/launch/paths.mjs";
import { findPython } from "../../src/train/python.ts";

const python = findPython();

/** The command, or null after the test was marked as skipped, with what is missing. */
export function pythonOrSkip(context: TestContext): string {
  if ("problem" in python)
    context.skip("needs python3 with PyTorch (Debian: python3-torch python3-numpy python3-pil)");
  return "command" in python ? python.command : "";
}

/** Standard output of a Python file of the project. Rejects with its standard error if it fails. */
export async function runPython(
  command: string,
  file: string,
  args: readonly string[] = [],
): Promise<string> {
  const env = { ...process.env, OMP_NUM_THREADS: "1" };
  const { stdout } = await promisify(execFile)(command, [file, ...args], { cwd: ROOT, env });
  return stdout;
}
