/** Networks, processes and seeded numbers for the tests of this folder. */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { initialParameters } from "../../../src/alignment/network-shape.ts";
import type { NetworkShape } from "../../../src/alignment/policy-network.ts";
import { createProcess } from "../../../src/diffusion/processes/index.ts";
import { createRandom } from "../../../src/math/philox.ts";

export const SMALL: NetworkShape = { dim: 2, width: 8, depth: 2, prediction: "v" };

/** Parameters none of which is 0, so that every path of the gradient is in use. */
export function fullParameters(shape: NetworkShape, seed: number): Float64Array {
  const random = createRandom(seed, 91);
  return initialParameters(shape, seed).map((value) => value + 0.3 * random.normal());
}

/** n standard normals. */
export function normals(n: number, seed: number): Float64Array {
  const random = createRandom(seed, 92);
  return Float64Array.from({ length: n }, () => random.normal());
}

/** n times spread over (0, T). */
export function times(n: number, T: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => (T * (i + 0.5)) / n);
}

export const FLOW = createProcess({ kind: "flow", T: 1 });
export const VP = createProcess({ kind: "vp", beta: { kind: "linear", min: 0.1, max: 20 }, T: 1 });
export const VE = createProcess({ kind: "ve", T: 20 });

/** Makes WebAssembly the backend of TensorFlow.js in this process. */
export async function useWasm(): Promise<void> {
  const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(`${dirname(entry)}/`);
  await tf.setBackend("wasm");
  await tf.ready();
}
