/** The same sampler in NumPy, where there is one. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { circleProgram, stepTables } from "../problem.ts";

/** Least time of three runs in ms and NumPy's version, or null where Python or NumPy is missing. */
export function numpySampler(particles: number, steps: number): { ms: number; version: string } | null {
  const program = circleProgram(steps);
  const script = fileURLToPath(new URL("./numpy_sampler.py", import.meta.url));
  const { status, stdout } = spawnSync("python3", [script], {
    input: JSON.stringify({ particles, priorStd: program.priorStd, tables: stepTables(program) }),
    env: { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
    encoding: "utf8",
  });
  return status === 0 ? (JSON.parse(stdout) as { ms: number; version: string }) : null;
}
