/**
 * A training engine that is exact on Gaussian laws: its "network" is the exact denoiser of N(parameters, cov of the law), and
 * "training" moves the mean up the reward's gradient at the mean, by learningRate an iteration. All samplers are the real ones,
 * so every measured number has a closed form.
 */
import { noiseSteps } from "../../../src/alignment/noise-steps.ts";
import { createGrid } from "../../../src/diffusion/grid.ts";
import { createProcess } from "../../../src/diffusion/processes/index.ts";
import type {
  AlignJob,
  MeasurePolicyJob,
  PointProblem,
  PolicyArmResult,
  TrainingCheckpoint,
  TrainingEngine,
  TrainingProblem,
} from "../../../src/engine/training-engine.ts";
import { TrainingDivergedError } from "../../../src/engine/training-engine.ts";
import { fillNormals, PRIOR_STREAM, STEP_STREAM } from "../../../src/math/philox.ts";
import type { ScalarSums } from "../../../src/measure/estimate.ts";
import { addScalar, emptyScalarSums } from "../../../src/measure/scalar-sums.ts";
import { createReward } from "../../../src/rewards/evaluate.ts";
import { createRewardGradient } from "../../../src/rewards/gradient.ts";
import type { RewardProgram } from "../../../src/rewards/program.ts";

const sumsOf = (values: ArrayLike<number>): ScalarSums =>
  Array.from(values).reduce<ScalarSums>((sums, v) => addScalar(sums, v), emptyScalarSums(0));

export interface ExactEngineOptions {
  /** Calls of each verb are counted here. */
  readonly calls?: { align: number; measure: number; pretrain: number };
  /** Iteration at which training meets a number that is not finite. */
  readonly divergesAt?: number;
}

/** One dimension with the law's variance, whatever the algorithm. */
export function exactEngine({ calls, divergesAt }: ExactEngineOptions = {}): TrainingEngine {
  return {
    info: { adapter: "exact", kind: "cpu", precision: "f64" },
    load: () => Promise.reject(new RangeError("load: must be of the glyph model, got an engine of laws")),
    pretrain: (problem) => {
      if (calls) calls.pretrain++;
      const { law } = pointsOf(problem);
      return Promise.resolve({ parameters: law.means.slice(), steps: 0 });
    },
    scoreError: () => Promise.resolve([]),
    align: async (job, { signal, onIteration, onCheckpoint } = {}) => {
      if (calls) calls.align++;
      // A real engine takes its time; cancelling must be noticed.
      await Promise.resolve();
      let checkpoint = startOf(job);
      if (job.from === null) onCheckpoint?.(checkpoint);
      while (checkpoint.iteration < job.training.iterations) {
        signal?.throwIfAborted();
        const next = stepOf(job, checkpoint);
        if (next.iteration === divergesAt)
          throw new TrainingDivergedError("training: the loss is not a number", next.iteration, checkpoint);
        checkpoint = next;
        onIteration?.({
          iteration: next.iteration,
          updates: next.update,
          networkCalls: next.networkCalls,
          reward: sumsOf([rewardAt(job, next.parameters), rewardAt(job, next.parameters)]),
          each: [],
          loss: 0,
          gradientNorm: 1,
          clipFraction: 0,
          firstRatioError: 0,
          window: null,
          notes: ["exact"],
        });
        if (next.iteration % job.every === 0 || next.iteration >= job.training.iterations)
          onCheckpoint?.(next);
      }
      return checkpoint;
    },
    measure: (job, { signal } = {}) => {
      if (calls) calls.measure++;
      signal?.throwIfAborted();
      return Promise.resolve(measure(job));
    },
    dispose: () => undefined,
  };
}

function pointsOf(problem: TrainingProblem): PointProblem {
  if (problem.kind === "glyphs") throw new RangeError("problem: must be of a law, got glyphs");
  return problem;
}

function startOf({ from, reference }: AlignJob): TrainingCheckpoint {
  return from ?? { iteration: 0, update: 0, networkCalls: 0, parameters: reference, memory: {} };
}

function rewardAt({ problem }: AlignJob, mean: Float64Array): number {
  return pointsOf(problem).rewards.reduce(
    (sum, { program, weight }) => sum + weight * createReward(program)(mean, 0),
    0,
  );
}

function stepOf({ problem, training }: AlignJob, at: TrainingCheckpoint): TrainingCheckpoint {
  const slope = new Float64Array(1);
  const parameters = at.parameters.slice();
  for (const { program, weight } of pointsOf(problem).rewards) {
    createRewardGradient(program)(at.parameters, 0, slope);
    parameters[0]! += training.learningRate * weight * slope[0]!;
  }
  return {
    iteration: at.iteration + 1,
    update: at.update + 2,
    networkCalls: at.networkCalls + training.batch * training.steps,
    parameters,
    memory: {},
  };
}

function measure(job: MeasurePolicyJob): PolicyArmResult[] {
  const process = createProcess(job.problem.process);
  const problem = pointsOf(job.problem);
  const [variance = NaN] = problem.law.covs;
  const rows = job.arms.map(({ noise, steps, grid }) => {
    const coefficients = noiseSteps(noise, process, createGrid(grid, process, steps));
    return Float64Array.from({ length: job.particles }, (_, particle) => {
      const z = new Float64Array(steps);
      const start = new Float64Array(1);
      fillNormals(start, 0, { seed: job.seed, stream: PRIOR_STREAM }, particle, 0, 1);
      fillNormals(z, 0, { seed: job.seed, stream: STEP_STREAM }, particle, 0, steps);
      let x = process.priorStd * start[0]!;
      coefficients.forEach(({ alphaT, sigmaT, cx, c0, cz }, k) => {
        const V = alphaT ** 2 * variance + sigmaT ** 2;
        const mean = job.parameters[0]!;
        const x0Hat = mean + ((alphaT * variance) / V) * (x - alphaT * mean);
        x = cx * x + c0 * x0Hat + cz * z[k]!;
      });
      return x;
    });
  });
  const rewards = problem.rewards.map(({ program, weight }) => ({ r: createReward(program), weight }));
  const value = (x: Float64Array) =>
    x.map((_, i) => rewards.reduce((sum, { r, weight }) => sum + weight * r(x, i), 0));
  const moved = job.reference === null ? null : job.parameters[0]! - job.reference[0]!;
  return rows.map((x, i) => {
    const { baseline, noise } = job.arms[i]!;
    const own = value(x);
    const other = baseline === null ? null : value(rows[baseline]!);
    const held = job.heldOut && createReward(job.heldOut as RewardProgram);
    return {
      reward: sumsOf(own),
      each: rewards.map(({ r }) => sumsOf(x.map((_, p) => r(x, p)))),
      heldOut: held && sumsOf(x.map((_, p) => held(x, p))),
      difference: other && sumsOf(own.map((v, p) => v - other[p]!)),
      values: own.slice(0, 2048),
      x: {
        n: 0,
        dim: 1,
        shift: new Float64Array(1),
        s1: new Float64Array(1),
        s11: new Float64Array(1),
        s21: new Float64Array(1),
        s12: new Float64Array(1),
        s22: new Float64Array(1),
      },
      kl: moved === null || noise.kind === "ode" ? null : sumsOf([moved ** 2, moved ** 2]),
      diversity: sumsOf(x.filter((_, p) => p % 2 === 0).map((v, p) => Math.abs(v - x[2 * p + 1]!))),
      samples: Float32Array.from(x.subarray(0, 2048)),
      prompts: null,
    };
  });
}
