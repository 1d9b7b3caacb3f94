/**
 * What is measured of a policy: the training sampler and the ODE at the training's N and, of points, at 4 N, all on the same noise. The
 * reference model is measured on that noise too, since few steps alone make a gap.
 */
import type {
  MeasurePolicyJob,
  PolicyArm,
  TrainingEngine,
  PolicyArmResult,
} from "../../engine/training-engine.ts";
import { noiseLevel } from "../../spec/training/consistency.ts";
import { isImageTraining, type NoiseSpec, type TrainingSpec } from "../../spec/training/types.ts";
import type { ResolvedTraining } from "./resolve.ts";

/** Steps of the fine arms, per training step. */
export const FINE = 4;

/** Arms of a measurement and where each is found in the results; `null` where the training sampler is the ODE itself. */
export interface MeasurementArms {
  readonly arms: readonly PolicyArm[];
  readonly ode: number;
  readonly sde: number | null;
  /** null where nothing is measured at 4 N. */
  readonly odeFine: number | null;
  readonly sdeFine: number | null;
}

/** The arms of the measurements during training; at 4 N only for points, since the glyph model is slow. */
export function measurementArms(spec: TrainingSpec): MeasurementArms {
  const { noise, steps, grid } = spec.training;
  const ode = (N: number): PolicyArm => ({ noise: { kind: "ode" }, steps: N, grid, baseline: null });
  const sde = (N: number, baseline: number): PolicyArm => ({ noise, steps: N, grid, baseline });
  if (isImageTraining(spec))
    return noiseLevel(noise) === 0
      ? { arms: [ode(steps)], ode: 0, sde: null, odeFine: null, sdeFine: null }
      : { arms: [ode(steps), sde(steps, 0)], ode: 0, sde: 1, odeFine: null, sdeFine: null };
  const fine = FINE * steps;
  if (noiseLevel(noise) === 0)
    return { arms: [ode(steps), ode(fine)], ode: 0, sde: null, odeFine: 1, sdeFine: null };
  return {
    arms: [ode(steps), sde(steps, 0), ode(fine), sde(fine, 2)],
    ode: 0,
    sde: 1,
    odeFine: 2,
    sdeFine: 3,
  };
}

/** One sampler that a trained policy is deployed with. */
export interface Deployment {
  /** 0 for the ODE. */
  readonly eta: number;
  readonly steps: number;
}

/** Arms of deployments, each paired with the ODE at its own step count, which is added where it is missing. */
export function deploymentArms(
  { training }: TrainingSpec,
  deployments: readonly Deployment[],
): { readonly arms: readonly PolicyArm[]; readonly places: readonly number[] } {
  const arms: PolicyArm[] = [];
  const known = new Map<string, number>();
  const place = (eta: number, steps: number): number => {
    const key = `${eta} ${steps}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const baseline = eta === 0 ? null : place(0, steps);
    const noise: NoiseSpec | { kind: "ode" } = eta === 0 ? { kind: "ode" } : { kind: "gddim", eta };
    arms.push({ noise, steps, grid: training.grid, baseline });
    known.set(key, arms.length - 1);
    return arms.length - 1;
  };
  return { places: deployments.map(({ eta, steps }) => place(eta, steps)), arms };
}

/** Samples and seed of a measurement. */
export interface Draw {
  readonly particles: number;
  readonly seed: number;
}

/** The job of measuring parameters under some arms; `reference` asks for the KL. */
export function policyJob(
  { problem, heldOut }: ResolvedTraining,
  arms: readonly PolicyArm[],
  { particles, seed }: Draw,
  parameters: Float64Array,
  reference: Float64Array | null,
): MeasurePolicyJob {
  return { problem, parameters, reference, arms, particles, seed, heldOut };
}

/** A measurement of the arms of `measurementArms`. Rejects with AbortError when cancelled. */
export function measurePolicy(
  engine: TrainingEngine,
  resolved: ResolvedTraining,
  parameters: Float64Array,
  reference: Float64Array | null,
  signal?: AbortSignal,
): Promise<readonly PolicyArmResult[]> {
  const { spec } = resolved;
  const job = policyJob(resolved, measurementArms(spec).arms, spec.evaluation, parameters, reference);
  return engine.measure(job, signal ? { signal } : {});
}
