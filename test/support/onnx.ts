/** Networks that src/train/export_onnx.py wrote, in ONNX Runtime on WebAssembly. */
import { env, InferenceSession, Tensor } from "onnxruntime-web";

/** What a network reads: x [P, D], t and s [P], prompts [P, slots]. */
export interface OnnxInputs {
  readonly x: Float32Array;
  readonly t: ArrayLike<number>;
  readonly s: ArrayLike<number>;
  readonly prompts: Int32Array;
}

/** A network as a function of its inputs that gives x0Hat [P, D]; one thread. */
export async function openOnnx(
  file: Uint8Array,
): Promise<{ readonly apply: (inputs: OnnxInputs) => Promise<Float32Array>; dispose(): Promise<void> }> {
  env.wasm.numThreads = 1;
  const session = await InferenceSession.create(file, { executionProviders: ["wasm"] });
  return {
    async apply({ x, t, s, prompts }) {
      const count = t.length;
      const times = (values: ArrayLike<number>) => new Tensor("float32", Float32Array.from(values), [count]);
      const side = Math.sqrt(x.length / count / 3);
      const { x0Hat } = await session.run({
        x: new Tensor("float32", x, [count, 3, side, side]),
        t: times(t),
        s: times(s),
        prompt: new Tensor("int64", BigInt64Array.from(prompts, BigInt), [count, prompts.length / count]),
      });
      if (!x0Hat)
        throw new Error("onnx: must give x0Hat, gave nothing of that name; export the network anew");
      return (await x0Hat.getData()) as Float32Array;
    },
    dispose: () => session.release(),
  };
}
