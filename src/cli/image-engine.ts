/** The image engine of the command line: TensorFlow.js on WebAssembly in this process, weights from the project. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ImageEngine } from "../engine/image-engine.ts";
import { createLocalImageEngine, openPreference } from "../engine/images/local.ts";
import { type ReadModel, tensorflowModels } from "../engine/images/tensorflow-models.ts";
import { startNodeWasm } from "../engine/tensorflow/node-wasm.ts";
import { ROOT } from "./launch/paths.mjs";
import { checkFile, readManifest } from "../network/manifest.ts";

const MODELS = join(ROOT, "public/models/glyphs");

/** An engine whose networks lie in `folder`. */
export async function openImageEngine(folder = MODELS): Promise<ImageEngine> {
  await startNodeWasm("image engine");
  return createLocalImageEngine({
    info: {
      kind: "wasm",
      adapter: "CPU (WebAssembly)",
      reason: "The network runs in TensorFlow.js on WebAssembly.",
    },
    preference: await readPreference(join(folder, "aesthetic.json")),
    ...tensorflowModels(modelReader(folder)),
  });
}

/** Reads models of a folder. */
export function modelReader(folder = MODELS): ReadModel {
  return async (name) => {
    const manifest = readManifest(JSON.parse(await readFile(join(folder, `${name}.json`), "utf8")), name);
    const file = await readFile(join(folder, manifest.file));
    const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
    await checkFile(bytes, manifest);
    return { manifest, bytes };
  };
}

/** The preference model, or why there is none. */
export async function readPreference(path = join(MODELS, "aesthetic.json")) {
  try {
    return openPreference(await readFile(path, "utf8"));
  } catch (error) {
    return `${path}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
