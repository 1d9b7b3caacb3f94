/** TensorFlow.js on its WebAssembly backend, in a page or a worker of the lab. */
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import plainWasm from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";
import simdWasm from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";

/** Makes WebAssembly the active backend of this thread. `user` begins the error where there is none. */
export async function startBrowserWasm(user: string): Promise<void> {
  const at = (path: string) => new URL(path, self.location.href).href;
  setWasmPaths({
    "tfjs-backend-wasm.wasm": at(plainWasm),
    "tfjs-backend-wasm-simd.wasm": at(simdWasm),
    // Never loaded, see below; TensorFlow.js wants all three named.
    "tfjs-backend-wasm-threaded-simd.wasm": at(simdWasm),
  });
  // Its threads would be workers made of text, which the page's content policy forbids; the lab starts several workers instead.
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  tf.enableProdMode();
  if (!(await tf.setBackend("wasm")))
    throw new Error(`${user}: WebAssembly must be available, got none; use a current browser`);
  await tf.ready();
}
