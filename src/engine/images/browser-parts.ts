/** What the image engine runs on in a browser worker: a WebGPU device or TensorFlow.js on WebAssembly; judges and weights from the server. */
import { download, forgetDownload, openFileCache } from "../../network/download.ts";
import { checkFile, type Manifest, readManifest } from "../../network/manifest.ts";
import type { ImageEngineChoice, ImageEngineInfo, ImageLoadControl } from "../image-engine.ts";
import { startBrowserWasm } from "../tensorflow/browser-wasm.ts";
import { deviceModels } from "./device-models.ts";
import { type ImageParts, openPreference } from "./local.ts";
import { withOwnTeacher } from "./own-teacher.ts";
import { type ModelFile, tensorflowModels } from "./tensorflow-models.ts";

/** Parts of an engine whose files lie below `base`, an absolute address. */
export async function browserParts(
  base: string,
  choice: ImageEngineChoice,
  ownTeacher: Uint8Array | null = null,
): Promise<ImageParts> {
  await startBrowserWasm("image engine");
  const folder = new URL("models/glyphs/", base).href;
  const read = withOwnTeacher((name, control) => readBrowserModel(folder, name, control), ownTeacher);
  const device = await deviceModels(navigator.gpu, choice, read);
  const onCpu = (why: string): ImageEngineInfo => ({
    kind: "wasm",
    adapter: "CPU (WebAssembly)",
    reason: `${why} The network runs in TensorFlow.js on WebAssembly.`,
  });
  return {
    ...tensorflowModels(read),
    ...("declined" in device ? { info: onCpu(device.declined) } : device),
    preference: await readBrowserPreference(folder),
  };
}

/** One reward less is no reason to do without the rest: what goes wrong is told where that reward is asked for. */
export async function readBrowserPreference(folder: string): Promise<ImageParts["preference"]> {
  try {
    const response = await fetchPart(`${folder}aesthetic.json`, {});
    return openPreference(await response.text());
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Downloads a file and its manifest, or takes the file from the browser's cache; a file with a wrong hash is forgotten. */
export async function readBrowserModel(
  folder: string,
  name: string,
  control: ImageLoadControl,
): Promise<ModelFile> {
  const response = await fetchPart(`${folder}${name}.json`, control);
  const manifest = readManifest(await response.json(), name);
  const address = new URL(manifest.file, folder).href;
  const cache = await openFileCache();
  const key = `${address}?sha256=${manifest.sha256}`;
  const bytes = await download(address, { ...control, ...sizeOf(manifest), cache, key });
  try {
    await checkFile(bytes, manifest);
  } catch (error) {
    await forgetDownload(cache, key);
    throw error;
  }
  return { manifest, bytes };
}

function sizeOf({ bytes }: Manifest): { bytes?: number } {
  return bytes === null ? {} : { bytes };
}

async function fetchPart(address: string, { signal }: ImageLoadControl): Promise<Response> {
  const response = await fetch(address, signal ? { signal } : {});
  if (response.ok) return response;
  throw new Error(
    `${address}: must be there, got status ${response.status}; check that the page was installed with its weights`,
  );
}
