/** Measuring rewards over etas and step counts: cells that fill up batch by batch, on common noise. */
import type { ImageEngine } from "../../engine/image-engine.ts";
import type { Estimate, ScalarSums } from "../../measure/estimate.ts";
import { meanOfFew } from "../../measure/few.ts";
import { addScalar, emptyScalarSums } from "../../measure/scalar-sums.ts";
import type { ImageRewardSpec, ImageSpec } from "../../spec/images/types.ts";
import {
  completedJob,
  imageCoefficients,
  jobBase,
  placeOfReward,
  rewardRequest,
  rewardText,
} from "./plan.ts";

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

/** Sums over the images of one sampler. */
interface Place {
  readonly eta: number;
  readonly steps: number;
  /** In the order of the sweep's rewards. */
  readonly rewards: ScalarSums[];
  readonly gaps: ScalarSums[];
}

/** All samplers on the same images, judged by every reward of a list: another reward needs no new images. */
export interface ImageSweep {
  readonly rewards: readonly ImageRewardSpec[];
  readonly places: readonly Readonly<Place>[];
}

/** Images computed together: large enough for matrix products, small enough to cancel and to show progress. */
const BATCH = 16;
/** The first points come early and with few images. */
const FIRST_BATCH = 8;

export interface SweepControl {
  readonly signal?: AbortSignal;
  /** What the images are judged by; the specification's reward if nothing is said. */
  readonly rewards?: readonly ImageRewardSpec[];
  /** Done share 0..1, as the engine's steps are done. */
  readonly onProgress?: (done: number) => void;
  /** Done share 0..1 and the sums so far, after each batch of one step count. */
  readonly onBatch?: (done: number, sweep: ImageSweep) => void;
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
export async function measureSweep(
  engine: ImageEngine,
  spec: ImageSpec,
  { signal, rewards = [spec.reward], onProgress, onBatch }: SweepControl = {},
): Promise<ImageSweep> {
  const base = jobBase(spec);
  const requests = rewards.map(rewardRequest);
  const nothing = () => rewards.map(() => emptyScalarSums(0));
  const places = sweepPlaces(spec).map((place): Place => ({ ...place, rewards: nothing(), gaps: nothing() }));
  const counts = [...new Set(places.map(({ steps }) => steps))];
  const { images } = spec.evaluation;
  const perImage = places.reduce((sum, { steps }) => sum + steps, 0);
  let spent = 0;
  for (let first = 0; first < images; first += first === 0 ? FIRST_BATCH : BATCH) {
    const count = Math.min(first === 0 ? FIRST_BATCH : BATCH, images - first);
    for (const steps of counts) {
      const group = places.filter((place) => place.steps === steps);
      const arms = group.map(({ eta }) => ({
        coefficients: imageCoefficients(spec, eta, steps),
        frames: [],
      }));
      const job = completedJob(spec, { ...base, first, count, arms, rewards: requests });
      const work = count * steps * group.length;
      const before = spent;
      const done = await engine.run(job, {
        ...(signal ? { signal } : {}),
        onProgress: (share) => onProgress?.((before + share * work) / (images * perImage)),
      });
      const values = done.map((arm) => rewards.map((_, r) => arm.rewards[r] ?? unknown(count)));
      const zero = values[group.findIndex(({ eta }) => eta === 0)] ?? [];
      group.forEach((place, i) => add(place, values[i] ?? [], zero));
      spent += work;
      onBatch?.(spent / (images * perImage), { rewards, places: places.map(copied) });
    }
  }
  return { rewards, places };
}

function unknown(count: number): Float64Array {
  return new Float64Array(count).fill(NaN);
}

function add(place: Place, values: readonly Float64Array[], zero: readonly Float64Array[]): void {
  values.forEach((row, r) =>
    row.forEach((value, i) => {
      place.rewards[r] = addScalar(place.rewards[r] ?? emptyScalarSums(0), value);
      place.gaps[r] = addScalar(place.gaps[r] ?? emptyScalarSums(0), value - (zero[r]?.[i] ?? NaN));
    }),
  );
}

/** Sums are replaced, never changed, so a list of them is all that must be copied. */
function copied({ rewards, gaps, ...place }: Place): Place {
  return { ...place, rewards: [...rewards], gaps: [...gaps] };
}

/** Cells of a sweep for one of its rewards. Throws RangeError for a reward that it was not judged by. */
export function cellsOf({ rewards, places }: ImageSweep, reward: ImageRewardSpec): readonly ImageCell[] {
  const at = placeOfReward(rewards, reward);
  if (at < 0) throw new RangeError(`cellsOf: the sweep must have been judged by ${rewardText(reward)}`);
  return places.map(({ eta, steps, rewards: sums, gaps }) => {
    const own = sums[at] ?? emptyScalarSums(0);
    const gap = gaps[at] ?? emptyScalarSums(0);
    return { eta, steps, reward: meanOfFew(own), gap: meanOfFew(gap), lost: own.nonFinite };
  });
}
