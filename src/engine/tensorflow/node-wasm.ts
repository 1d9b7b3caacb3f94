/** TensorFlow.js on its WebAssembly backend, in Node. */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";

/** Makes WebAssembly the active backend of this process. `user` begins the error where it does not start. */
export async function startNodeWasm(user: string): Promise<void> {
  const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(`${dirname(entry)}/`);
  tf.enableProdMode();
  if (!(await tf.setBackend("wasm")))
    throw new Error(`${user}: WebAssembly must start, got a failure; run npm ci`);
  await tf.ready();
}
