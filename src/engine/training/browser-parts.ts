/** What the training engine runs on in a browser worker: TensorFlow.js on WebAssembly. */
import { tensorNetworks } from "../../alignment/tensorflow/network.ts";
import { startBrowserWasm } from "../tensorflow/browser-wasm.ts";
import type { TrainingParts } from "./local.ts";

/** Parts of an engine for this thread. Rejects where the browser has no WebAssembly. */
export async function browserParts(): Promise<TrainingParts> {
  await startBrowserWasm("training engine");
  return {
    info: { adapter: "CPU (WebAssembly)", kind: "wasm", precision: "f32" },
    networks: tensorNetworks,
  };
}
