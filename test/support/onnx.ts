/** Networks that src/train/export_onnx.py wrote, in ONNX Runtime on WebAssembly. */
import { env, InferenceSession, Tensor } from "onnxruntime-web";
import { applySession, type OnnxInputs } from "./onnx-network.ts";

/** A network as a function of its inputs that gives x0Hat [P, D]; one thread. */
export async function openOnnx(
  file: Uint8Array,
): Promise<{ readonly apply: (inputs: OnnxInputs) => Promise<Float32Array>; dispose(): Promise<void> }> {
  env.wasm.numThreads = 1;
  const session = await InferenceSession.create(file, { executionProviders: ["wasm"] });
  return { apply: (inputs) => applySession(session, Tensor, inputs), dispose: () => session.release() };
}
