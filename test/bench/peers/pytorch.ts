/** The glyph network in PyTorch eager, where there is one. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Least time of a call on one thread in ms and PyTorch's version, or null where Python or PyTorch is missing. */
export function pytorchNetwork(
  file: string,
  images: number,
  rounds: number,
): { ms: number; version: string } | null {
  const script = fileURLToPath(new URL("./network_calls.py", import.meta.url));
  const { status, stdout } = spawnSync(process.env["ETALON_PYTHON"] ?? "/usr/bin/python3", [script], {
    input: JSON.stringify({ file, images, rounds }),
    env: { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
    encoding: "utf8",
  });
  return status === 0 ? (JSON.parse(stdout) as { ms: number; version: string }) : null;
}
