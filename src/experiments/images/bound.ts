/** The study of the general bound: the network's own numbers put into it, beside the gap that is measured. */
import { IMAGE_SIZE, type ImageEngine } from "../../engine/image-engine.ts";
import { imageRewardCard } from "../../rewards/image/catalogue.ts";
import { imageRewardLipschitz, type ImageRewardConstant } from "../../rewards/image/lipschitz.ts";
import type { ImageSpec } from "../../spec/images/types.ts";
import { networkBound, type NetworkBound, type NetworkProfile } from "../../theory/image-bound.ts";
import { type ImageSweep, measureSweep, type SweepControl, sweepPlaces } from "./cells.ts";
import { type Probe, PROBE_TIMES, probeNetwork, REFERENCE_STEPS } from "./probe.ts";

/** What the bound is made of, and the gaps of the samplers at the specification's N. */
export interface BoundData {
  readonly probe: Probe;
  /** Empty while the network is being measured. */
  readonly sweep: ImageSweep;
}

export interface BoundControl extends Pick<SweepControl, "signal" | "rewards" | "onProgress"> {
  readonly onBatch?: (done: number, data: BoundData) => void;
}

/** Measures the network, then the gaps. Rejects with AbortError when cancelled. */
export async function measureBound(
  engine: ImageEngine,
  spec: ImageSpec,
  { signal, rewards = [spec.reward], onProgress, onBatch }: BoundControl = {},
): Promise<BoundData> {
  const ours = { ...spec, evaluation: { ...spec.evaluation, steps: [spec.sampler.steps] } };
  const heed = signal ? { signal } : {};
  const calls = REFERENCE_STEPS + PROBE_TIMES.length + 1;
  const share = calls / (calls + sweepPlaces(ours).reduce((sum, { steps }) => sum + steps, 0));
  const nothing: ImageSweep = { rewards, places: [] };
  const probe = await probeNetwork(engine, spec, {
    ...heed,
    onProgress: (done) => onProgress?.(share * done),
    onBatch: (done, sofar) => onBatch?.(share * done, { probe: sofar, sweep: nothing }),
  });
  const sweep = await measureSweep(engine, ours, {
    ...heed,
    rewards,
    onProgress: (done) => onProgress?.(share + (1 - share) * done),
    onBatch: (done, sofar) => onBatch?.(share + (1 - share) * done, { probe, sweep: sofar }),
  });
  return { probe, sweep };
}

/** The bound of one eta with the measured numbers. Never proved: the slopes are lower estimates. */
export interface EvaluatedBound {
  readonly eta: number;
  readonly sde: NetworkBound;
  readonly ode: NetworkBound;
  /** On |gap|, in the reward's unit; null for a reward without a constant. */
  readonly gap: number | null;
  /** True if no image in the box could break it: it is wider than the reward's whole range. */
  readonly vacuous: boolean;
}

/** The profile of a probe. */
export function profileOf({ points, sizeSq }: Probe): NetworkProfile {
  return {
    times: points.map(({ t }) => t),
    slopes: points.map(({ slope }) => slope),
    errors: points.map(({ errorSq }) => Math.sqrt(errorSq.value)),
    sizeSq: sizeSq.value,
    dim: IMAGE_SIZE,
  };
}

/** Bounds for the specification's reward at each eta. */
export function evaluateBound(
  { reward }: Pick<ImageSpec, "reward">,
  probe: Probe,
  etas: readonly number[],
): readonly EvaluatedBound[] {
  const profile = profileOf(probe);
  const ode = networkBound(profile, 0);
  const { constant }: ImageRewardConstant = imageRewardLipschitz(reward.kind);
  const [low, high] = imageRewardCard(reward.kind).range;
  return etas.map((eta) => {
    const sde = networkBound(profile, eta);
    const gap = constant === null ? null : constant * (sde.w2 + ode.w2);
    return { eta, sde, ode, gap, vacuous: gap !== null && !(gap < high - low) };
  });
}
