/** What the training engine runs on in a browser worker: own kernels on a WebGPU device, or WebAssembly. */
import type { EngineChoice } from "../engine.ts";
import { startBrowserWasm } from "../tensorflow/browser-wasm.ts";
import { deviceNetworks } from "./device-networks.ts";
import type { TrainingParts } from "./local.ts";
import { wasmParts } from "./wasm-parts.ts";

/** Parts of an engine for this thread. Rejects where the browser has no WebAssembly. */
export async function browserParts(choice: EngineChoice): Promise<TrainingParts> {
  // The glyph model runs there in any case.
  await startBrowserWasm("training engine");
  const device = await deviceNetworks(navigator.gpu, choice);
  return "declined" in device ? wasmParts(device.declined) : device;
}
