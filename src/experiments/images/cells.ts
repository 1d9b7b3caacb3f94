/** Measuring rewards over etas and step counts: cells that fill up batch by batch, on common noise. */
import type { ImageEngine } from "../../engine/image-engine.ts";
import type { Estimate, ScalarSums } from "../../measure/estimate.ts";
import { addScalar, emptyScalarSums, meanEstimate } from "../../measure/scalar-sums.ts";
import type { ImageSpec } from "../../spec/images/types.ts";
import { imageCoefficients, jobBase, rewardRequest } from "./plan.ts";

/** One sampler: its reward, and the gap to eta = 0 at the same N image by image. */
export interface ImageCell {
  readonly eta: number;
  readonly steps: number;
  readonly reward: Estimate;
  /** reward(eta) - reward(0), paired by noise; exactly 0 at eta = 0. */
  readonly gap: Estimate;
  /** Images without a finite reward. */
  readonly lost: number;
}

interface Tally {
  readonly eta: number;
  readonly steps: number;
  reward: ScalarSums;
  gap: ScalarSums;
}

/** Images computed together: large enough for matrix products, small enough to cancel and to show progress. */
const BATCH = 16;
/** The first points come early and with few images. */
const FIRST_BATCH = 8;

export interface SweepControl {
  readonly signal?: AbortSignal;
  /** Done share 0..1 and the cells so far, after each batch of one step count. */
  readonly onBatch?: (done: number, cells: readonly ImageCell[]) => void;
}

/** Pairs (eta, N) of both sweeps, each once: all etas at the sampler's N, the sampler's eta and 0 at all step counts. */
export function sweepPlaces(spec: ImageSpec): { readonly eta: number; readonly steps: number }[] {
  const { sampler, evaluation } = spec;
  const etas = [0, sampler.eta, ...evaluation.etas];
  const places = [
    ...etas.map((eta) => ({ eta, steps: sampler.steps })),
    ...evaluation.steps.flatMap((steps) => [
      { eta: 0, steps },
      { eta: sampler.eta, steps },
    ]),
  ];
  const known = new Map(places.map((place) => [`${place.eta} ${place.steps}`, place]));
  return [...known.values()].sort((a, b) => a.steps - b.steps || a.eta - b.eta);
}

/** Measures every place on the same images. Rejects with AbortError when cancelled, with SpecError for a bad prompt. */
export async function measureCells(
  engine: ImageEngine,
  spec: ImageSpec,
  { signal, onBatch }: SweepControl = {},
): Promise<readonly ImageCell[]> {
  const base = jobBase(spec);
  const rewards = [rewardRequest(spec.reward)];
  const tallies = sweepPlaces(spec).map((place): Tally => ({ ...place, reward: none, gap: none }));
  const counts = [...new Set(tallies.map(({ steps }) => steps))];
  const { images } = spec.evaluation;
  const perImage = tallies.reduce((sum, { steps }) => sum + steps, 0);
  let spent = 0;
  for (let first = 0; first < images; first += first === 0 ? FIRST_BATCH : BATCH) {
    const count = Math.min(first === 0 ? FIRST_BATCH : BATCH, images - first);
    for (const steps of counts) {
      const group = tallies.filter((tally) => tally.steps === steps);
      const arms = group.map(({ eta }) => ({
        coefficients: imageCoefficients(spec, eta, steps),
        frames: [],
      }));
      const done = await engine.run({ ...base, first, count, arms, rewards }, signal ? { signal } : {});
      const values = done.map((arm) => arm.rewards[0] ?? new Float64Array(count).fill(NaN));
      const zero = values[group.findIndex(({ eta }) => eta === 0)];
      group.forEach((tally, i) => add(tally, values[i], zero));
      spent += count * steps * group.length;
      onBatch?.(spent / (images * perImage), tallies.map(cellOf));
    }
  }
  return tallies.map(cellOf);
}

const none = emptyScalarSums(0);

function add(tally: Tally, values: Float64Array | undefined, zero: Float64Array | undefined): void {
  values?.forEach((value, i) => {
    tally.reward = addScalar(tally.reward, value);
    tally.gap = addScalar(tally.gap, value - (zero?.[i] ?? NaN));
  });
}

function cellOf({ eta, steps, reward, gap }: Tally): ImageCell {
  return { eta, steps, reward: meanEstimate(reward), gap: meanEstimate(gap), lost: reward.nonFinite };
}
