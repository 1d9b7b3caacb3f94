/** Noisy states of given samples, for denoising losses on a model's own samples. */
import type { Process } from "../diffusion/process.ts";
import type { Random } from "../math/philox.ts";
import { shuffledOrder } from "./iteration-random.ts";
import type { NetworkShape } from "./policy-network.ts";
import { lossWeight, trainedLogSnrs } from "./pretrain.ts";

export interface DenoisingRows {
  /** [n, d] alpha_t x_0 + sigma_t eps. */
  readonly x: Float64Array;
  /** [n] evenly spread in log-SNR over the samples, as in pretraining. */
  readonly t: Float64Array;
  /** [n] weight of |x0Hat - x_0|^2. */
  readonly strength: Float64Array;
}

/** One noisy state of each sample x0 [n, d]. */
export function denoisingRows(
  process: Process,
  prediction: NetworkShape["prediction"],
  x0: Float64Array,
  dim: number,
  random: Random,
): DenoisingRows {
  const n = x0.length / dim;
  const [low, high] = trainedLogSnrs(process);
  const place = random.uniform();
  const t = Float64Array.from(shuffledOrder(random, n), (stratum) =>
    Math.min(process.T, process.timeAtLogSnr(low + ((high - low) * (stratum + place)) / n)),
  );
  const x = x0.map((value, j) => {
    const time = t[Math.floor(j / dim)] as number;
    return process.alpha(time) * value + process.sigma(time) * random.normal();
  });
  return { x, t, strength: t.map((time) => lossWeight(process, prediction, time)) };
}
