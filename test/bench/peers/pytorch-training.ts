/** One DDPO iteration in PyTorch eager, where there is one. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface TorchTraining {
  readonly version: string;
  /** Least time of an iteration, on the clock and on the CPU, by number of threads: one, and as many as PyTorch takes by itself. */
  readonly runs: readonly { readonly threads: number; readonly ms: number; readonly cpuMs: number }[];
}

/** Null where Python or PyTorch is missing. */
export function pytorchTraining(
  trajectories: number,
  steps: number,
  width: number,
  depth: number,
  rounds: number,
): TorchTraining | null {
  const script = fileURLToPath(new URL("./training_iteration.py", import.meta.url));
  const { status, stdout } = spawnSync(process.env["ETALON_PYTHON"] ?? "/usr/bin/python3", [script], {
    input: JSON.stringify({ trajectories, steps, width, depth, rounds }),
    encoding: "utf8",
  });
  return status === 0 ? (JSON.parse(stdout) as TorchTraining) : null;
}
