import { sqrtPsd } from "../math/linear-algebra.ts";
import { DATA_STREAM, createRandom } from "../math/philox.ts";
import { type GaussianMixture, componentCov, componentMean } from "./gaussian-mixture.ts";

/** n independent draws from the mixture, [n, d], from the data stream of the seed. */
export function sampleMixture(m: GaussianMixture, n: number, seed: number): Float64Array {
  return mixtureDraws(m, seed)(n);
}

/** The draws of `sampleMixture` in lots: every call gives the next n of them, [n, d]. */
export function mixtureDraws(m: GaussianMixture, seed: number): (n: number) => Float64Array {
  const { dim: d } = m;
  const random = createRandom(seed, DATA_STREAM);
  const roots = Array.from(m.weights, (_, k) => sqrtPsd(componentCov(m, k), d));
  const z = new Float64Array(d);
  return (n) => {
    const out = new Float64Array(n * d);
    for (let row = 0; row < n; row++) {
      const k = pick(m.weights, random.uniform());
      const mean = componentMean(m, k);
      for (let i = 0; i < d; i++) z[i] = random.normal();
      for (let i = 0; i < d; i++) {
        let value = mean[i] ?? 0;
        for (let j = 0; j < d; j++) value += (roots[k]?.[i * d + j] ?? 0) * (z[j] ?? 0);
        out[row * d + i] = value;
      }
    }
    return out;
  };
}

/** First k whose running sum of weights exceeds u. */
function pick(weights: Float64Array, u: number): number {
  let sum = 0;
  for (let k = 0; k < weights.length - 1; k++) {
    sum += weights[k] ?? 0;
    if (u < sum) return k;
  }
  return weights.length - 1;
}
