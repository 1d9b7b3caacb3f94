/** Runs the offline stages' Python where there is one. */
import { spawnSync } from "node:child_process";
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

/** Standard output of a Python file of the project. Throws with its standard error if it fails. */
export function runPython(command: string, file: string, args: readonly string[] = []): string {
  const { status, stdout, stderr } = spawnSync(command, [file, ...args], {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, OMP_NUM_THREADS: "1" },
  });
  if (status !== 0) throw new Error(`${file} ${args.join(" ")}: exit status ${status}\n${stdout}\n${stderr}`);
  return stdout;
}
