/** What the training engine runs on in Node: TensorFlow.js on WebAssembly. */
import { tensorNetworks } from "../../alignment/tensorflow/network.ts";
import { startNodeWasm } from "../tensorflow/node-wasm.ts";
import type { TrainingParts } from "./local.ts";

/** Parts of an engine for this process. */
export async function nodeParts(): Promise<TrainingParts> {
  await startNodeWasm("training engine");
  return {
    info: { adapter: "CPU (WebAssembly)", kind: "wasm", precision: "f32" },
    networks: tensorNetworks,
  };
}
