/** An exported network as a function, whatever build of ONNX Runtime opened it. */
import type { InferenceSession, Tensor } from "onnxruntime-web";

/** What a network reads: x [P, D], t and s [P], prompts [P, slots]. */
export interface OnnxInputs {
  readonly x: Float32Array;
  readonly t: ArrayLike<number>;
  readonly s: ArrayLike<number>;
  readonly prompts: Int32Array;
}

/** x0Hat [P, D] of a session; `TensorOf` is the class of the build that made it. */
export async function applySession(
  session: InferenceSession,
  TensorOf: typeof Tensor,
  { x, t, s, prompts }: OnnxInputs,
): Promise<Float32Array> {
  const count = t.length;
  const side = Math.sqrt(x.length / count / 3);
  const times = (values: ArrayLike<number>) => new TensorOf("float32", Float32Array.from(values), [count]);
  const { x0Hat } = await session.run({
    x: new TensorOf("float32", x, [count, 3, side, side]),
    t: times(t),
    s: times(s),
    prompt: new TensorOf("int64", BigInt64Array.from(prompts, BigInt), [count, prompts.length / count]),
  });
  if (!x0Hat) throw new Error("onnx: must give x0Hat, gave nothing of that name; export the network anew");
  return (await x0Hat.getData()) as Float32Array;
}
