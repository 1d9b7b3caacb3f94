/** Measures a policy under several samplers on common random numbers. */
import { type Judge } from "../../alignment/judge.ts";
import { noiseSteps } from "../../alignment/noise-steps.ts";
import type { PolicyNetwork } from "../../alignment/policy-network.ts";
import { promptsOf } from "../../alignment/prompts.ts";
import { weightedSum } from "../../alignment/sample-rewards.ts";
import { type SampledStep, samplePolicy, timesOf } from "../../alignment/sample.ts";
import { hasDensity, transitionKl } from "../../alignment/transition.ts";
import { createGrid } from "../../diffusion/grid.ts";
import type { Process } from "../../diffusion/process.ts";
import type { StepCoefficients } from "../../diffusion/program.ts";
import type { ScalarSums, VectorSums } from "../../measure/estimate.ts";
import { addScalar, emptyScalarSums } from "../../measure/scalar-sums.ts";
import { accumulateVectors, emptyVectorSums } from "../../measure/vector-sums.ts";
import { isUsableReward } from "../../rewards/evaluate.ts";
import type { MeasurePolicyJob, PolicyArm, PolicyArmResult } from "../training-engine.ts";

/** Particles sampled at once, 2,048 points or 32 images: bounds memory, and the time to a cancellation. */
const batchOf = (dim: number): number => Math.min(2048, Math.max(2, Math.floor(98_304 / dim)));
/** Samples whose rewards are handed out, and those that are handed out themselves for the views. */
const MOST_SAMPLES = 2048;
const mostShown = (dim: number): number => Math.min(MOST_SAMPLES, Math.floor(196_608 / dim));
/** Dims up to which moments are summed. */
const MOST_MOMENTS = 16;
/** A coordinate of this magnitude or more has diverged; its sample counts in no sum. */
const COORDINATE_LIMIT = 1e9;

/** Images of one prompt come in pairs, whose distances tell the diversity. */
const PAIR = 2;

export interface Measured {
  readonly process: Process;
  readonly network: PolicyNetwork;
  /** Pretrained model for the KL, or null. */
  readonly reference: PolicyNetwork | null;
  readonly judge: Judge;
  /** Of the held-out reward alone. */
  readonly heldOut: Judge | null;
  /** Number of prompts of the network; null for one without. */
  readonly prompts: number | null;
}

/** What one arm leaves behind, [particles] and [particles, d]. */
interface ArmRun {
  readonly samples: Float64Array;
  readonly prompt: Int32Array | null;
  /** NaN where a sample has diverged or the reward is not usable. */
  readonly reward: Float64Array;
  readonly each: readonly Float64Array[];
  readonly heldOut: Float64Array | null;
  readonly kl: Float64Array | null;
}

/** Results in the order of the arms. Throws RangeError where a baseline names no arm or a noise has no meaning. */
export async function measurePolicy(
  networks: Measured,
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
    return armResult(run, networks, baseline === null ? null : (runs[baseline] ?? null));
  });
}

function stepsOf(process: Process, { noise, grid, steps }: PolicyArm): StepCoefficients[] {
  return noiseSteps(noise, process, createGrid(grid, process, steps));
}

async function runArm(
  { process, network, reference, judge, heldOut: held, prompts: count }: Measured,
  job: MeasurePolicyJob,
  steps: readonly StepCoefficients[],
  signal: AbortSignal | undefined,
): Promise<ArmRun> {
  const { dim } = network.shape;
  const { particles, seed } = job;
  const samples = new Float64Array(particles * dim);
  const prompts = count === null ? null : { count, unit: PAIR, first: 0 };
  const kl = reference !== null && steps.some(hasDensity) ? new Float64Array(particles) : null;
  const size = batchOf(dim);
  for (let first = 0; first < particles; first += size) {
    const rows = Math.min(size, particles - first);
    const onStep = kl && reference ? klAdder(reference, kl, first, rows, dim) : undefined;
    const batch = await samplePolicy(
      network,
      steps,
      process.priorStd,
      rows,
      { seed, first, prompts },
      { ...(signal ? { signal } : {}), ...(onStep ? { onStep } : {}) },
    );
    samples.set(batch, first * dim);
  }
  const prompt = prompts && promptsOf(prompts, 0, particles);
  const usable = (row: Float64Array): Float64Array =>
    row.map((value, p) => (isFinitePoint(samples, p, dim) && isUsableReward(value) ? value : NaN));
  const each = (await judge.values(samples, prompt)).map(usable);
  const [heldOut = null] = held ? (await held.values(samples, prompt)).map(usable) : [];
  return { samples, prompt, reward: weightedSum(judge, each), each, heldOut, kl };
}

/** Adds the exact KL of each step with a density to its particle's sum. */
function klAdder(reference: PolicyNetwork, kl: Float64Array, first: number, count: number, dim: number) {
  return async ({ step, x, x0Hat, asked }: SampledStep): Promise<void> => {
    if (!hasDensity(step)) return;
    const other = await reference.predict(x, timesOf(step.t, count), asked);
    for (let i = 0; i < count; i++)
      kl[first + i] = (kl[first + i] as number) + transitionKl(step, dim, i, x0Hat, other);
  };
}

function isFinitePoint(samples: Float64Array, p: number, dim: number): boolean {
  for (let i = p * dim; i < (p + 1) * dim; i++)
    if (!(Math.abs(samples[i] as number) < COORDINATE_LIMIT)) return false;
  return true;
}

function armResult(run: ArmRun, { network: { shape } }: Measured, baseline: ArmRun | null): PolicyArmResult {
  const { samples, prompt, reward, each, heldOut, kl } = run;
  const { dim } = shape;
  const shown = mostShown(dim);
  return {
    reward: sumsOf(reward),
    each: each.map(sumsOf),
    heldOut: heldOut && sumsOf(heldOut),
    difference: baseline && sumsOf(reward.map((value, p) => value - (baseline.reward[p] as number))),
    values: reward.slice(0, MOST_SAMPLES),
    x: dim <= MOST_MOMENTS ? vectorSums(samples, dim) : null,
    kl: kl && sumsOf(kl),
    diversity: sumsOf(pairDistances(samples, dim)),
    samples: Float32Array.from(samples.subarray(0, shown * dim)),
    prompts: prompt && prompt.slice(0, shown),
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
