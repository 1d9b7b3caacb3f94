/** The same sampler in TensorFlow.js WebGPU operations, on our device. */
import * as tf from "@tensorflow/tfjs";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { circleProgram, stepTables } from "../problem.ts";

const NAME = "etalon-bench";

/** A run of the sampler; its randomness is the library's own. */
export async function tensorFlowSampler(
  device: GPUDevice,
  particles: number,
  steps: number,
): Promise<() => Promise<void>> {
  if (!tf.engine().registryFactory[NAME]) {
    tf.registerBackend(NAME, () => new WebGPUBackend(device as never, device.adapterInfo as never));
    tf.copyRegisteredKernels("webgpu", NAME);
  }
  await tf.setBackend(NAME);
  await tf.ready();
  const program = circleProgram(steps);
  const tables = stepTables(program);
  return async () => {
    const [x, y] = tf.tidy(() => {
      let x = tf.randomNormal([particles, 1]).mul(program.priorStd);
      let y = tf.randomNormal([particles, 1]).mul(program.priorStd);
      for (const { cx, c0, cz, rows } of tables) {
        const row = (i: number) => tf.tensor2d([...(rows[i] ?? [])], [1, rows[i]?.length ?? 0]);
        const dx = x.sub(row(0));
        const dy = y.sub(row(1));
        const u = row(2).mul(dx);
        const v = row(3).mul(dx).add(row(4).mul(dy));
        const w = tf.softmax(row(5).sub(u.square()).sub(v.square()), 1);
        const gx = row(0).add(row(6).mul(dx)).add(row(7).mul(dy));
        const gy = row(1).add(row(7).mul(dx)).add(row(8).mul(dy));
        const cleanX = w.mul(gx).sum(1, true);
        const cleanY = w.mul(gy).sum(1, true);
        x = x
          .mul(cx)
          .add(cleanX.mul(c0))
          .add(tf.randomNormal([particles, 1]).mul(cz));
        y = y
          .mul(cx)
          .add(cleanY.mul(c0))
          .add(tf.randomNormal([particles, 1]).mul(cz));
      }
      return [x, y];
    });
    if (!x || !y) throw new Error("tfjs: internal: two results expected");
    await Promise.all([x.data(), y.data()]);
    x.dispose();
    y.dispose();
  };
}
