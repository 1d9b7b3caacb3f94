/** How far a learned score is from the exact one of its law. */
import type { GaussianMixture } from "../diffusion/gaussian-mixture.ts";
import type { Process } from "../diffusion/process.ts";
import { sampleMixture } from "../diffusion/sample-mixture.ts";
import { mixtureDenoise } from "../diffusion/score.ts";
import type { ScoreError } from "../engine/training-engine.ts";
import { createRandom } from "../math/philox.ts";
import { addScalar, emptyScalarSums, meanEstimate } from "../measure/scalar-sums.ts";
import type { PolicyNetwork } from "./policy-network.ts";
import { trainedLogSnrs } from "./pretrain.ts";

/** Stream of the noise of this measurement. */
const ERROR_STREAM = 10;
const LEVELS = 12;
const SAMPLES = 2048;
const SEED = 1;

/**
 * E |s_theta - s|^2 under p_t, in 1 / data units squared, and relative to E |s|^2, at 12 times evenly spread in log-SNR over
 * the trained range, noisiest first; s = (alpha x0Hat - x) / sigma^2. Always on the same samples.
 */
export async function scoreErrors(
  network: PolicyNetwork,
  law: GaussianMixture,
  process: Process,
  signal?: AbortSignal,
): Promise<readonly ScoreError[]> {
  const [low, high] = trainedLogSnrs(process);
  const x0 = sampleMixture(law, SAMPLES, SEED);
  const random = createRandom(SEED, ERROR_STREAM);
  const z = x0.map(() => random.normal());
  const errors: ScoreError[] = [];
  for (let level = 0; level < LEVELS; level++) {
    signal?.throwIfAborted();
    const logSnr = low + ((high - low) * level) / (LEVELS - 1);
    const t = Math.min(process.T, process.timeAtLogSnr(logSnr));
    errors.push({ t, logSnr, ...(await errorAt(network, law, process, t, x0, z)) });
  }
  return errors;
}

async function errorAt(
  network: PolicyNetwork,
  law: GaussianMixture,
  process: Process,
  t: number,
  x0: Float64Array,
  z: Float64Array,
): Promise<Pick<ScoreError, "error" | "relative">> {
  const { dim } = law;
  const [alpha, sigma] = [process.alpha(t), process.sigma(t)];
  const x = x0.map((value, j) => alpha * value + sigma * (z[j] as number));
  const x0Hat = await network.predict(x, new Float64Array(SAMPLES).fill(t));
  const exact = new Float64Array(dim);
  let [error, size] = [emptyScalarSums(0), emptyScalarSums(0)];
  for (let n = 0; n < SAMPLES; n++) {
    mixtureDenoise(law, alpha, sigma, x, n * dim, exact);
    let [miss, norm] = [0, 0];
    for (let i = 0; i < dim; i++) {
      const score = (alpha * (exact[i] as number) - (x[n * dim + i] as number)) / sigma ** 2;
      miss += ((alpha / sigma ** 2) * ((x0Hat[n * dim + i] as number) - (exact[i] as number))) ** 2;
      norm += score * score;
    }
    error = addScalar(error, miss);
    size = addScalar(size, norm);
  }
  return { error, relative: meanEstimate(error).value / meanEstimate(size).value };
}
