/** Networks on points in WebAssembly: the lab's own, or TensorFlow.js' where a browser has no vectors. */
import { tensorNetworks } from "../../alignment/tensorflow/network.ts";
import { hasPolicyKernel } from "../../alignment/wasm/kernel/kernel.ts";
import { wasmNetworks } from "../../alignment/wasm/network.ts";
import type { TrainingParts } from "./local.ts";

/** Parts for a thread whose TensorFlow.js runs on WebAssembly; `why` says first why nothing faster is used. */
export function wasmParts(why: string | null = null): TrainingParts {
  const own = hasPolicyKernel();
  const where = own
    ? "Networks on points run in the lab's own WebAssembly."
    : "Networks run in TensorFlow.js on WebAssembly, which has no vectors here.";
  return {
    info: {
      adapter: "CPU (WebAssembly)",
      kind: "wasm",
      precision: "f32",
      reason: why === null ? where : `${why} ${where}`,
    },
    networks: own ? wasmNetworks : tensorNetworks,
  };
}
