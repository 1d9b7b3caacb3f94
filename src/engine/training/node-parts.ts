/** What the training engine runs on in Node: WebAssembly. */
import { startNodeWasm } from "../tensorflow/node-wasm.ts";
import type { TrainingParts } from "./local.ts";
import { wasmParts } from "./wasm-parts.ts";

/** Parts of an engine for this process. */
export async function nodeParts(): Promise<TrainingParts> {
  await startNodeWasm("training engine");
  return wasmParts();
}
