/** What the training engine runs on in a browser worker: a WebGPU device, or WebAssembly. */
import type { EngineChoice } from "../engine.ts";
import { startBrowserWasm } from "../tensorflow/browser-wasm.ts";
import { deviceNetworks } from "./device-networks.ts";
import { type GlyphHome, homeOnDevice } from "./glyph-home.ts";
import type { TrainingParts } from "./local.ts";
import { wasmParts } from "./wasm-parts.ts";

export interface BrowserParts extends TrainingParts {
  /** Chooses where the glyph model runs, when it is asked for: that takes a while. Missing where there is no choice. */
  readonly openHome?: () => Promise<GlyphHome>;
}

/** Parts of an engine for this thread. Rejects where the browser has no WebAssembly. */
export async function browserParts(choice: EngineChoice): Promise<BrowserParts> {
  // What the glyph model runs on where the device is not fit for it.
  await startBrowserWasm("training engine");
  const found = await deviceNetworks(navigator.gpu, choice);
  if ("declined" in found) return wasmParts(found.declined);
  const { device, ...parts } = found;
  return { ...parts, openHome: () => homeOnDevice(device, parts.info) };
}
