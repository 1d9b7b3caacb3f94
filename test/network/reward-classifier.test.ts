import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { ROOT } from "../../src/cli/launch/paths.mjs";
import { rewardClassifier } from "../../src/engine/images/reward-classifier.ts";
import { checkFile, readManifest } from "../../src/network/manifest.ts";
import { readSafetensors, type WeightFile } from "../../src/network/safetensors.ts";
import { SLOT_NAMES } from "../../src/prompt/slots.ts";
import { expectAllClose } from "../support/numbers.ts";

const MODELS = join(ROOT, "public/models/glyphs");
const manifest = readManifest(JSON.parse(readFileSync(join(MODELS, "reward-classifiers.json"), "utf8")));
const bytes = new Uint8Array(readFileSync(join(MODELS, manifest.file)));
const temperatures = manifest.about.temperatures as number[][];

interface Golden {
  readonly sha256: string;
  readonly singleError: number;
  /** [members][slots][images x values] */
  readonly logProbs: readonly (readonly number[][])[];
}
const golden = JSON.parse(
  readFileSync(new URL("./golden/reward-classifier.json", import.meta.url), "utf8"),
) as Golden;
/** As often rounded as PyTorch's f32 pass, in another order; 1e-7 more for the stored digits. */
const TOLERANCE = 8 * golden.singleError + 1e-7;

const images = Float32Array.from({ length: 3 * 3072 }, (_, at) => {
  const [n, c] = [Math.floor(at / 3072), Math.floor(at / 1024) % 3];
  const [i, j] = [Math.floor(at / 32) % 32, at % 32];
  return Math.sin(0.37 * (n + 1) * i + 0.21 * j + c);
});

async function answers(file: WeightFile, member: number): Promise<number[][]> {
  const found = await rewardClassifier(file, member, temperatures[member]!).logProbabilities(images);
  return SLOT_NAMES.map((slot) => [...found[slot]]);
}

describe("The reward classifiers that ship", () => {
  const file = readSafetensors(bytes);

  test("are those that the golden answers were made with, whole", async () => {
    await checkFile(bytes, manifest);
    expect(manifest.sha256).toBe(golden.sha256);
  });

  test.each(["cpu", "wasm"])("answer on %s as in PyTorch", async (backend) => {
    await import("@tensorflow/tfjs-backend-wasm");
    await tf.setBackend(backend);
    for (const [member, expected] of golden.logProbs.entries()) {
      const found = await answers(file, member);
      found.forEach((values, slot) => expectAllClose(values, expected[slot]!, { absolute: TOLERANCE }));
    }
  });

  test("answer otherwise with one norm's weights reversed (control)", async () => {
    await tf.setBackend("cpu");
    const name = "0.norms.1.weight";
    const tensor = file.tensors.get(name)!;
    const turned = new Map([...file.tensors, [name, { ...tensor, data: tensor.data.slice().reverse() }]]);
    const [first] = await answers({ ...file, tensors: turned }, 0);
    const off = first!.map((value, i) => Math.abs(value - golden.logProbs[0]![0]![i]!));
    expect(Math.max(...off)).toBeGreaterThan(100 * TOLERANCE);
  });

  test("name a tensor that is missing", () => {
    const tensors = new Map(file.tensors);
    tensors.delete("1.dense.bias");
    expect(() => rewardClassifier({ ...file, tensors }, 1, temperatures[1]!)).toThrow(/1\.dense\.bias/);
  });
});
