/** What the training engine runs on in a browser worker: own kernels on a WebGPU device, or TensorFlow.js on WebAssembly. */
import { tensorNetworks } from "../../alignment/tensorflow/network.ts";
import { startBrowserWasm } from "../tensorflow/browser-wasm.ts";
import type { EngineChoice } from "../engine.ts";
import { deviceNetworks } from "./device-networks.ts";
import type { TrainingParts } from "./local.ts";

/** Parts of an engine for this thread. Rejects where the browser has no WebAssembly. */
export async function browserParts(choice: EngineChoice): Promise<TrainingParts> {
  // The glyph model runs there in any case.
  await startBrowserWasm("training engine");
  const device = await deviceNetworks(navigator.gpu, choice);
  if (!("declined" in device)) return device;
  return {
    info: {
      adapter: "CPU (WebAssembly)",
      kind: "wasm",
      precision: "f32",
      reason: `${device.declined} Networks run in TensorFlow.js on WebAssembly.`,
    },
    networks: tensorNetworks,
  };
}
