/** Measures a policy under several samplers on common random numbers. */
import { noiseSteps } from "../../alignment/noise-steps.ts";
import type { PolicyNetwork } from "../../alignment/policy-network.ts";
import { type SampledStep, samplePolicy, timesOf } from "../../alignment/sample.ts";
import { hasDensity, transitionKl } from "../../alignment/transition.ts";
import { createGrid } from "../../diffusion/grid.ts";
import type { Process } from "../../diffusion/process.ts";
import type { StepCoefficients } from "../../diffusion/program.ts";
import type { ScalarSums, VectorSums } from "../../measure/estimate.ts";
import { addScalar, emptyScalarSums } from "../../measure/scalar-sums.ts";
import { accumulateVectors, emptyVectorSums } from "../../measure/vector-sums.ts";
import { createReward, isUsableReward } from "../../rewards/evaluate.ts";
import type { RewardProgram } from "../../rewards/program.ts";
import type { MeasurePolicyJob, PolicyArm, PolicyArmResult } from "../training-engine.ts";

/** Particles sampled at once: bounds memory, and the time to a cancellation. */
const BATCH = 2048;
/** Samples that are handed out for the views. */
const MOST_SAMPLES = 2048;
/** A coordinate of this magnitude or more has diverged; its sample counts in no sum. */
const COORDINATE_LIMIT = 1e9;

export interface MeasuredNetworks {
  readonly process: Process;
  readonly network: PolicyNetwork;
  /** Pretrained model for the KL, or null. */
  readonly reference: PolicyNetwork | null;
}

/** What one arm leaves behind, [particles] and [particles, d]. */
interface ArmRun {
  readonly samples: Float64Array;
  /** NaN where a sample has diverged or the reward is not usable. */
  readonly reward: Float64Array;
  readonly each: readonly Float64Array[];
  readonly heldOut: Float64Array | null;
  readonly kl: Float64Array | null;
}

/** Results in the order of the arms. Throws RangeError where a baseline names no arm or a noise has no meaning. */
export async function measurePolicy(
  networks: MeasuredNetworks,
  job: MeasurePolicyJob,
  signal?: AbortSignal,
): Promise<readonly PolicyArmResult[]> {
  const plans = job.arms.map((arm, index) => {
    if (arm.baseline !== null && !job.arms[arm.baseline])
      throw new RangeError(
        `arm ${index}: baseline must be the index of an arm, got ${arm.baseline}; use 0..${job.arms.length - 1} or null`,
      );
    return stepsOf(networks.process, arm);
  });
  const runs: ArmRun[] = [];
  for (const steps of plans) runs.push(await runArm(networks, job, steps, signal));
  return runs.map((run, index) => {
    const baseline = job.arms[index]?.baseline ?? null;
    return armResult(run, networks.network.shape.dim, baseline === null ? null : (runs[baseline] ?? null));
  });
}

function stepsOf(process: Process, { noise, grid, steps }: PolicyArm): StepCoefficients[] {
  return noiseSteps(noise, process, createGrid(grid, process, steps));
}

async function runArm(
  { process, network, reference }: MeasuredNetworks,
  job: MeasurePolicyJob,
  steps: readonly StepCoefficients[],
  signal: AbortSignal | undefined,
): Promise<ArmRun> {
  const { dim } = network.shape;
  const { particles, seed } = job;
  const samples = new Float64Array(particles * dim);
  const kl = reference !== null && steps.some(hasDensity) ? new Float64Array(particles) : null;
  for (let first = 0; first < particles; first += BATCH) {
    const count = Math.min(BATCH, particles - first);
    const onStep = kl && reference ? klAdder(reference, kl, first, count, dim) : undefined;
    const batch = await samplePolicy(
      network,
      steps,
      process.priorStd,
      count,
      { seed, first },
      { ...(signal ? { signal } : {}), ...(onStep ? { onStep } : {}) },
    );
    samples.set(batch, first * dim);
  }
  const { rewards } = job.problem;
  const each = rewards.map(({ program }) => rewardRow(program, samples, dim));
  const reward = Float64Array.from({ length: particles }, (_, p) =>
    rewards.reduce((sum, { weight }, r) => sum + weight * (each[r]?.[p] ?? NaN), 0),
  );
  const heldOut = job.heldOut && rewardRow(job.heldOut, samples, dim);
  return { samples, reward, each, heldOut, kl };
}

/** Adds the exact KL of each step with a density to its particle's sum. */
function klAdder(reference: PolicyNetwork, kl: Float64Array, first: number, count: number, dim: number) {
  return async ({ step, x, x0Hat }: SampledStep): Promise<void> => {
    if (!hasDensity(step)) return;
    const other = await reference.predict(x, timesOf(step.t, count));
    for (let i = 0; i < count; i++)
      kl[first + i] = (kl[first + i] as number) + transitionKl(step, dim, i, x0Hat, other);
  };
}

function rewardRow(program: RewardProgram, samples: Float64Array, dim: number): Float64Array {
  const reward = createReward(program);
  return Float64Array.from({ length: samples.length / dim }, (_, p) => {
    if (!isFinitePoint(samples, p, dim)) return NaN;
    const value = reward(samples, p * dim);
    return isUsableReward(value) ? value : NaN;
  });
}

function isFinitePoint(samples: Float64Array, p: number, dim: number): boolean {
  for (let i = p * dim; i < (p + 1) * dim; i++)
    if (!(Math.abs(samples[i] as number) < COORDINATE_LIMIT)) return false;
  return true;
}

function armResult(run: ArmRun, dim: number, baseline: ArmRun | null): PolicyArmResult {
  const { samples, reward, each, heldOut, kl } = run;
  return {
    reward: sumsOf(reward),
    each: each.map(sumsOf),
    heldOut: heldOut && sumsOf(heldOut),
    difference: baseline && sumsOf(reward.map((value, p) => value - (baseline.reward[p] as number))),
    x: vectorSums(samples, dim),
    kl: kl && sumsOf(kl),
    diversity: sumsOf(pairDistances(samples, dim)),
    samples: Float32Array.from(samples.subarray(0, MOST_SAMPLES * dim)),
  };
}

function sumsOf(values: Float64Array): ScalarSums {
  return values.reduce(addScalar, emptyScalarSums(0));
}

function vectorSums(samples: Float64Array, dim: number): VectorSums {
  const sums = emptyVectorSums(new Float64Array(dim));
  let n = 0;
  for (let p = 0; p < samples.length / dim; p++) {
    if (!isFinitePoint(samples, p, dim)) continue;
    accumulateVectors(sums, samples.subarray(p * dim, (p + 1) * dim), 1);
    n++;
  }
  return { ...sums, n };
}

/** Distances of samples 0 and 1, 2 and 3, and so on: independent pairs, so their standard error is the plain one. */
function pairDistances(samples: Float64Array, dim: number): Float64Array {
  return Float64Array.from({ length: Math.floor(samples.length / dim / 2) }, (_, pair) => {
    const [a, b] = [2 * pair, 2 * pair + 1];
    if (!isFinitePoint(samples, a, dim) || !isFinitePoint(samples, b, dim)) return NaN;
    let sumSq = 0;
    for (let i = 0; i < dim; i++)
      sumSq += ((samples[a * dim + i] as number) - (samples[b * dim + i] as number)) ** 2;
    return Math.sqrt(sumSq);
  });
}
