/** A policy that is affine in x at each time of a grid, x0Hat = M_k x + b_k, so that whole trainings have exact answers. */
import type { NetworkShape, PolicyNetwork } from "../../src/alignment/policy-network.ts";
import type { Process } from "../../src/diffusion/process.ts";

/** Parameters [N, d (d + 1)]: of each time, M row-major, then b. */
export function affineNetwork(times: Float64Array, dim: number, parameters: Float64Array): PolicyNetwork {
  const perStep = dim * (dim + 1);
  const shape: NetworkShape = { dim, width: 8, depth: 1, prediction: "x0" };
  let theta = parameters.slice();
  let gradient = new Float64Array(theta.length);
  const stepOf = (time: number): number => {
    const k = times.indexOf(time);
    if (k < 0) throw new RangeError(`affine network: t must be on the grid, got ${time}`);
    return k;
  };
  const predict = (x: Float64Array, t: Float64Array): Float64Array => {
    const out = new Float64Array(x.length);
    t.forEach((time, n) => {
      const at = stepOf(time) * perStep;
      for (let i = 0; i < dim; i++) {
        let sum = theta[at + dim * dim + i]!;
        for (let j = 0; j < dim; j++) sum += theta[at + i * dim + j]! * x[n * dim + j]!;
        out[n * dim + i] = sum;
      }
    });
    return out;
  };
  return {
    shape,
    parts: [{ name: "affine", shape: [theta.length], offset: 0 }],
    predict: (x, t) => Promise.resolve(predict(x, t)),
    accumulate(x, t, pull) {
      const pulled = pull(predict(x, t));
      t.forEach((time, n) => {
        const at = stepOf(time) * perStep;
        for (let i = 0; i < dim; i++) {
          const p = pulled[n * dim + i]!;
          for (let j = 0; j < dim; j++) gradient[at + i * dim + j]! += p * x[n * dim + j]!;
          gradient[at + dim * dim + i]! += p;
        }
      });
      return Promise.resolve();
    },
    pullToInput(_x, t, weights) {
      const out = new Float64Array(weights.length);
      t.forEach((time, n) => {
        const at = stepOf(time) * perStep;
        for (let i = 0; i < dim; i++)
          for (let j = 0; j < dim; j++) out[n * dim + j]! += weights[n * dim + i]! * theta[at + i * dim + j]!;
      });
      return Promise.resolve(out);
    },
    takeGradient() {
      const taken = gradient;
      gradient = new Float64Array(theta.length);
      return Promise.resolve(taken);
    },
    read: () => Promise.resolve(theta.slice()),
    write(next) {
      theta = next.slice();
    },
    dispose: () => undefined,
  };
}

/** Parameters of the exact denoiser of N(mean, variance I): x0Hat = mean + R (x - alpha mean), R = alpha variance / V. */
export function gaussianDenoiser(
  process: Process,
  times: Float64Array,
  mean: readonly number[],
  variance: number,
): Float64Array {
  const dim = mean.length;
  const perStep = Array.from(times.subarray(0, -1), (t) => {
    const alpha = process.alpha(t);
    const R = (alpha * variance) / (alpha ** 2 * variance + process.sigma(t) ** 2);
    const M = Array.from({ length: dim * dim }, (_, ij) => (Math.floor(ij / dim) === ij % dim ? R : 0));
    return [...M, ...mean.map((m) => m * (1 - R * alpha))];
  });
  return Float64Array.from(perStep.flat());
}
