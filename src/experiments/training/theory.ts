/**
 * What theory says of a trained policy on a Gaussian law with quadratic and linear rewards and klWeight > 0: reading A (the
 * network is the exact score of the tilted law) and reading B (the KL-optimal control of the training SDE), each under the
 * ODE and the training sampler at the training's N, discretisation included [Sheng25] [Uehara24].
 */
import { noiseSteps, type StepNoise } from "../../alignment/noise-steps.ts";
import { createGrid } from "../../diffusion/grid.ts";
import { gaussianLaw } from "../../diffusion/mixture.ts";
import type { StepCoefficients } from "../../diffusion/program.ts";
import type { PointProblem } from "../../engine/training-engine.ts";
import { inverseSpd, matvec } from "../../math/linear-algebra.ts";
import type { RewardProgram } from "../../rewards/program.ts";
import type { TrainingSpec } from "../../spec/training/types.ts";
import { controlledStepLaw } from "../../theory/control.ts";
import { gaussianExpectedReward } from "../../theory/expected-reward.ts";
import { stepGaussianLaw } from "../../theory/gaussian-steps.ts";
import { tiltedLaw } from "../../theory/tilt.ts";
import { attempt } from "../programs.ts";
import type { Moments } from "../resolve.ts";
import type { ResolvedTraining } from "./resolve.ts";

/** Expected weighted rewards of one reading; their difference is the gap. */
export interface Prediction {
  readonly ode: number;
  readonly sde: number;
  readonly gap: number;
}

export interface TrainingTheory {
  /** The pretrained model if its score were exact. */
  readonly reference: Prediction;
  readonly readingA: Prediction | null;
  readonly readingB: Prediction | null;
  /** Why a reading is missing, in sentences. */
  readonly notes: readonly string[];
}

/** Predictions, or null where the law is not Gaussian, as that of images, or the rewards have no closed form. */
export function trainingTheory(resolved: ResolvedTraining): TrainingTheory | null {
  const { gaussian, problem, spec, diffusion } = resolved;
  const summed = gaussian === null || problem.kind === "glyphs" ? null : sumOfRewards(problem.rewards);
  if (gaussian === null || summed === null) return null;
  const times = createGrid(spec.training.grid, diffusion, spec.training.steps);
  const steps = (noise: StepNoise) => noiseSteps(noise, diffusion, times);
  const ode = steps({ kind: "ode" });
  const sde = steps(spec.training.noise);
  const predict = (law: (coefficients: readonly StepCoefficients[]) => Moments): Prediction | null => {
    const expected = [ode, sde].map((steps) => gaussianExpectedReward(law(steps), summed.program)?.value);
    const [o, s] = expected;
    return o === undefined || s === undefined
      ? null
      : { ode: o + summed.constant, sde: s + summed.constant, gap: s - o };
  };
  const { priorStd } = diffusion;
  const exactScore = (law: Moments) =>
    predict((coefficients) => stepGaussianLaw({ ...law, coefficients, priorStd }));
  const reference = exactScore(gaussian);
  if (reference === null) return null;
  const { klWeight } = spec.training;
  if (klWeight === 0) {
    const note = "No prediction of the optimum: without a KL penalty the reward grows without one.";
    return { reference, readingA: null, readingB: null, notes: [note] };
  }
  const tilted = attempt(
    () => tiltedLaw(gaussianLaw([...gaussian.mean], gaussian.cov), summed.program, klWeight).law,
  );
  const etaTrain = constantEta(spec);
  const readingB =
    etaTrain === null
      ? { ok: false as const, reason: "reading B needs a training noise of constant η in every step." }
      : attempt(() =>
          predict((coefficients) =>
            controlledStepLaw({
              ...gaussian,
              reward: summed.program,
              klWeight,
              etaTrain,
              process: diffusion,
              coefficients,
            }),
          ),
        );
  return {
    reference,
    readingA: tilted.ok ? exactScore({ mean: tilted.value.means, cov: tilted.value.covs }) : null,
    readingB: readingB.ok ? readingB.value : null,
    notes: [tilted, readingB].flatMap((r) => (r.ok ? [] : [`No prediction: ${r.reason}`])),
  };
}

/** The eta that all training steps share, or null. */
function constantEta({ training, algorithm }: TrainingSpec): number | null {
  const { noise } = training;
  if (algorithm.kind === "mix-grpo") return null;
  if (noise.kind === "gddim") return noise.eta;
  // Flow-GRPO's level is sqrt(2) eta as the step goes to 0.
  return noise.kind === "flow-grpo" ? noise.level / Math.SQRT2 : null;
}

interface RewardSum {
  readonly program: RewardProgram;
  /** Added to the program's value. */
  readonly constant: number;
}

/**
 * The weighted sum of quadratic and linear rewards as one quadratic or linear reward and a constant, or null. With quadratics
 * A_i about c_i and slopes w_j, all weights put in: A = sum A_i, b = sum A_i c_i + sum w_j / 2, center A^-1 b.
 */
export function sumOfRewards(rewards: PointProblem["rewards"]): RewardSum | null {
  const [first] = rewards;
  if (
    first === undefined ||
    rewards.some(({ program: { kind } }) => kind !== "quadratic" && kind !== "linear")
  )
    return null;
  const { dim } = first.program;
  const matrix = new Float64Array(dim * dim);
  const slope = new Float64Array(dim);
  let constant = 0;
  let curved = false;
  for (const { program, weight } of rewards) {
    if (program.kind === "linear") {
      program.weights.forEach((w, i) => (slope[i] = (slope[i] ?? 0) + weight * w));
      constant += weight * program.offset;
    } else if (program.kind === "quadratic") {
      curved = true;
      const pulled = matvec(program.matrix, program.center, dim);
      program.matrix.forEach((a, ij) => (matrix[ij] = (matrix[ij] ?? 0) + weight * a));
      pulled.forEach((p, i) => {
        slope[i] = (slope[i] ?? 0) + 2 * weight * p;
        constant -= weight * p * (program.center[i] ?? 0);
      });
    }
  }
  if (!curved) return { program: { kind: "linear", dim, weights: slope, offset: 0 }, constant };
  const inverse = attempt(() => inverseSpd(matrix, dim));
  if (!inverse.ok) return null;
  const center = matvec(inverse.value, slope, dim).map((v) => v / 2);
  const at = matvec(matrix, center, dim).reduce((sum, v, i) => sum + v * (center[i] ?? 0), 0);
  return { program: { kind: "quadratic", dim, center, matrix }, constant: constant + at };
}
