/** The image engine of the command line: TensorFlow.js on WebAssembly in this process, weights from the project. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import type { ImageEngine } from "../engine/image-engine.ts";
import { createLocalImageEngine } from "../engine/images/local.ts";
import { GLYPH } from "../network/architecture.ts";
import { checkManifest, openWeights, readManifest } from "../network/manifest.ts";
import { TensorNetwork } from "../network/tensorflow/network.ts";

const MODELS = fileURLToPath(new URL("../../public/models/glyphs/", import.meta.url));

/** An engine whose networks lie in `folder`. */
export async function openImageEngine(folder = MODELS): Promise<ImageEngine> {
  const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(`${dirname(entry)}/`);
  tf.enableProdMode();
  await tf.setBackend("wasm");
  await tf.ready();
  return createLocalImageEngine({
    info: {
      kind: "wasm",
      adapter: "CPU (WebAssembly)",
      reason: "The network runs in TensorFlow.js on WebAssembly.",
    },
    open: async (weights) => {
      const manifest = readManifest(
        JSON.parse(await readFile(join(folder, `${weights}.json`), "utf8")),
        weights,
      );
      checkManifest(manifest, GLYPH);
      const file = await readFile(join(folder, manifest.file));
      const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
      return { network: new TensorNetwork(await openWeights(bytes, manifest, GLYPH)), bytes: bytes.length };
    },
  });
}
