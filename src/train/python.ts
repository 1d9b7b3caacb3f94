/** A Python with PyTorch, which the offline stages run in. */
import { spawnSync } from "node:child_process";

/** Debian's Python comes first: its packages are those that were measured. ETALON_PYTHON goes before all. */
const CANDIDATES = [process.env["ETALON_PYTHON"], "/usr/bin/python3", "python3"];

const NEEDED = "import torch, numpy, PIL";

/** The command of a Python that has what the stages need, or what to install. */
export function findPython(
  candidates: readonly (string | undefined)[] = CANDIDATES,
): { readonly command: string } | { readonly problem: string } {
  const tried: string[] = [];
  for (const command of candidates) {
    if (command === undefined) continue;
    const { status, stderr, error } = spawnSync(command, ["-c", NEEDED], { encoding: "utf8" });
    if (status === 0) return { command };
    tried.push(`${command}: ${error?.message ?? stderr.trim().split("\n").at(-1) ?? "failed"}`);
  }
  return {
    problem:
      `python3: must have PyTorch, NumPy and Pillow, got none that has (${tried.join("; ")}); on Debian run ` +
      "`apt-get install python3-torch python3-numpy python3-pil libopenblas0-pthread`, or name another Python in ETALON_PYTHON",
  };
}
