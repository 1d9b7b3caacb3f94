/** What the image engine runs on in a browser worker: TensorFlow.js on its WebAssembly backend, weights from the server. */
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import plainWasm from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";
import simdWasm from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import threadedWasm from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url";
import { GLYPH } from "../../network/architecture.ts";
import { readSafetensors } from "../../network/safetensors.ts";
import { TensorNetwork } from "../../network/tensorflow/network.ts";
import { networkWeights } from "../../network/weights.ts";
import type { ImageLoadControl } from "../image-engine.ts";
import type { ImageParts } from "./local.ts";

/** Parts of an engine whose files lie below `base`, an absolute address. */
export async function browserParts(base: string): Promise<ImageParts> {
  const at = (path: string) => new URL(path, self.location.href).href;
  setWasmPaths({
    "tfjs-backend-wasm.wasm": at(plainWasm),
    "tfjs-backend-wasm-simd.wasm": at(simdWasm),
    "tfjs-backend-wasm-threaded-simd.wasm": at(threadedWasm),
  });
  tf.enableProdMode();
  if (!(await tf.setBackend("wasm")))
    throw new Error("image engine: WebAssembly must be available, got none; use a current browser");
  await tf.ready();
  return {
    info: {
      kind: "wasm",
      adapter: "CPU (WebAssembly)",
      reason: "The network runs in TensorFlow.js on WebAssembly, in a worker.",
    },
    read: (weights, control) => download(new URL(`models/glyphs/${weights}.safetensors`, base).href, control),
    build: (file, weights) =>
      new TensorNetwork(networkWeights(GLYPH, readSafetensors(file, weights), weights)),
  };
}

/** The whole file at an address. Rejects with the address and the status where there is none. */
async function download(address: string, { signal, onBytes }: ImageLoadControl): Promise<Uint8Array> {
  const response = await fetch(address, signal ? { signal } : {});
  if (!response.ok || response.body === null)
    throw new Error(`${address}: must be there, got status ${response.status}; reload the page later`);
  const total = Number(response.headers.get("content-length")) || 0;
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    bytes += part.value.length;
    onBytes?.(bytes, Math.max(total, bytes), false);
  }
  const file = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}
