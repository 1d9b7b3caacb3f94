/** The glyph network in ONNX Runtime on WebAssembly, exported by Python where there is one. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { env } from "onnxruntime-web";
import type { NetworkModel } from "../../../src/network/model.ts";
import { openOnnx } from "../../support/onnx.ts";

/** A model that splits calls into `batch` images, as TensorNetwork does, and the runtime's version; null without PyTorch. */
export async function onnxNetwork(
  weights: string,
  batch: number,
): Promise<{ model: NetworkModel; version: string; dispose(): Promise<void> } | null> {
  const file = exportedNetwork(weights);
  if (file === null) return null;
  const { apply, dispose } = await openOnnx(file);
  const predict: NetworkModel["predict"] = async (x, t, s, prompts) => {
    const count = prompts.length / SLOTS;
    const size = x.length / count;
    const out = new Float32Array(x.length);
    for (let first = 0; first < count; first += batch) {
      const last = Math.min(count, first + batch);
      const times = (time: number) => new Array<number>(last - first).fill(time);
      const tokens = prompts.subarray(SLOTS * first, SLOTS * last);
      const images = x.subarray(size * first, size * last);
      out.set(await apply({ x: images, t: times(t), s: times(s), prompts: tokens }), size * first);
    }
    return out;
  };
  return { model: { predict }, version: env.versions.web ?? "", dispose };
}

const SLOTS = 6;

/** A network of safetensors as ONNX, or null without PyTorch. */
export function exportedNetwork(weights: string): Uint8Array | null {
  const folder = mkdtempSync(join(tmpdir(), "etalon-onnx-"));
  const out = join(folder, "network.onnx");
  const script = fileURLToPath(new URL("../../../src/train/export_onnx.py", import.meta.url));
  const python = process.env["ETALON_PYTHON"] ?? "/usr/bin/python3";
  const { status } = spawnSync(python, ["-W", "ignore", script, "--weights", weights, "--out", out]);
  const file = status === 0 ? new Uint8Array(readFileSync(out)) : null;
  rmSync(folder, { recursive: true, force: true });
  return file;
}
