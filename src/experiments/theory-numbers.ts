/** What theory says about one sampler on one problem, as plain numbers: continuous time and N steps. */
import type { GaussianMixture } from "../diffusion/mixture.ts";
import { createGrid } from "../diffusion/grid.ts";
import { expectedRewardMixture } from "../rewards/expectation.ts";
import type { RewardProgram } from "../rewards/program.ts";
import { affineStepLaw, controlledContinuousLaw } from "../theory/control.ts";
import {
  gaussianExpectedReward,
  lineExpectedReward,
  planeExpectedReward,
} from "../theory/expected-reward.ts";
import type { FormulaId } from "../theory/formulas.ts";
import { continuousGaussianLaw } from "../theory/gaussian-continuous.ts";
import { stepGaussianLaw } from "../theory/gaussian-steps.ts";
import type { TheoryKind } from "../theory/kind.ts";
import { continuousMixture } from "../theory/mixture-continuous.ts";
import { mixtureStepLaw1d, quadratureRefusal } from "../theory/mixture-quadrature.ts";
import { factorise, productContinuousLaw, productStepLaw, type PlaneLaw } from "../theory/product-mixture.ts";
import { armCoefficients } from "./programs.ts";
import { momentsOf, type Moments, type Problem } from "./resolve.ts";

/** A law of samples by its moments and expected reward. */
export interface LawNumbers {
  readonly kind: TheoryKind;
  readonly formula: FormulaId;
  /** [d] and [d][d]. */
  readonly mean: readonly number[];
  readonly cov: readonly (readonly number[])[];
  /** null where the reward has no closed form or quadrature. */
  readonly expectedReward: number | null;
  /** Numerical error of expectedReward. */
  readonly error: number;
}

/** Law after N steps of the sampler that really runs, or null where only measurement can tell or the law overflows. */
export function stepNumbers(problem: Problem, eta: number, steps: number): LawNumbers | null {
  return finite(stepLaw(problem, eta, steps));
}

/** A sampler that diverges has moments beyond all numbers: no law to speak of. */
function finite(law: LawNumbers | null): LawNumbers | null {
  if (law === null || ![...law.mean, ...law.cov.flat()].every(Number.isFinite)) return null;
  return Number.isFinite(law.expectedReward ?? 0) && Number.isFinite(law.error)
    ? law
    : { ...law, expectedReward: null, error: 0 };
}

function stepLaw(problem: Problem, eta: number, steps: number): LawNumbers | null {
  const coefficients = armCoefficients(problem, eta, steps);
  const { gaussian, control, process, law } = problem;
  const { priorStd } = process;
  if (control !== null) {
    return gaussianNumbers(problem, affineStepLaw(control, coefficients, priorStd), "control-steps");
  }
  if (gaussian !== null) {
    return gaussianNumbers(
      problem,
      stepGaussianLaw({ ...gaussian, coefficients, priorStd }),
      "gaussian-steps",
    );
  }
  if (quadratureRefusal(coefficients) !== null) return null;
  if (law.dim === 1) {
    const line = mixtureStepLaw1d({ mixture: law, process, coefficients });
    return line === null ? null : lineNumbers(problem, line, "mixture-steps");
  }
  const product = factorise(law);
  const plane = product === null ? null : productStepLaw(product, process, coefficients);
  return plane === null ? null : planeNumbers(problem, plane, "mixture-steps");
}

/** Laws in continuous time (N to infinity) by eta; null where the law is not known. Work common to all etas is done once. */
export function continuousTheory(problem: Problem): (eta: number) => LawNumbers | null {
  const laws = continuousLaws(problem);
  return (eta) => finite(laws(eta));
}

function continuousLaws(problem: Problem): (eta: number) => LawNumbers | null {
  const { law, process, gaussian, control, spec } = problem;
  if (gaussian !== null || control !== null) return (eta) => gaussianContinuous(problem, eta);
  const formula = "mixture-continuous";
  const byEta = lazily(() => {
    if (law.dim === 1) {
      const at = continuousMixture({ mixture: law, process });
      return (eta: number) => lineNumbers(problem, at(eta), formula);
    }
    const product = factorise(law);
    if (product === null) return () => null;
    const at = productContinuousLaw(product, process);
    return (eta: number) => planeNumbers(problem, at(eta), formula);
  });
  const constant = spec.sampler.schedule.kind === "constant";
  return (eta) => (constant || eta === 0 ? byEta()(eta) : null);
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

function gaussianContinuous(problem: Problem, eta: number): LawNumbers | null {
  const { gaussian, control, process, spec } = problem;
  const constant = spec.sampler.schedule.kind === "constant" || eta === 0;
  if (control !== null) {
    const { target } = spec;
    const reference = momentsOf(problem.reference);
    if (!constant || target.kind !== "controlled" || reference === null) return null;
    const { klWeight, etaTrain } = target;
    const solved = controlledContinuousLaw({
      ...reference,
      reward: problem.reward,
      klWeight,
      etaTrain,
      process,
      etaInfer: eta,
    });
    return gaussianNumbers(problem, solved, "control-continuous", solved.error);
  }
  if (gaussian === null) return null;
  const timing = constant ? {} : scheduleInTime(problem, eta);
  return gaussianNumbers(
    problem,
    continuousGaussianLaw({ ...gaussian, process, eta, ...timing }),
    "gaussian-continuous",
  );
}

/** The target law itself: what a perfect sampler of p* would give. */
export function targetNumbers(problem: Problem): LawNumbers {
  const { law, reward, lawKind } = problem;
  const moments = mixtureMomentRows(law);
  const expected = expectedRewardMixture(reward, law);
  return {
    kind: lawKind,
    formula:
      problem.spec.target.kind === "reference"
        ? "reverse-family"
        : lawKind === "heuristic"
          ? "tilt-heuristic"
          : law.count === 1
            ? "tilt-gaussian"
            : "tilt-mixture",
    ...moments,
    expectedReward: expected?.value ?? null,
    error: expected?.error ?? 0,
  };
}

/** Mean [d] and covariance [d][d] of a mixture. */
function mixtureMomentRows(law: GaussianMixture): Pick<LawNumbers, "mean" | "cov"> {
  const { dim: d } = law;
  const mean = new Array<number>(d).fill(0);
  const cov = Array.from({ length: d }, () => new Array<number>(d).fill(0));
  const at = (k: number, i: number) => law.means[k * d + i] ?? 0;
  law.weights.forEach((w, k) => mean.forEach((m, i) => (mean[i] = m + w * at(k, i))));
  law.weights.forEach((w, k) => {
    cov.forEach((row, i) =>
      row.forEach((v, j) => {
        const spread = (at(k, i) - (mean[i] ?? 0)) * (at(k, j) - (mean[j] ?? 0));
        row[j] = v + w * ((law.covs[(k * d + i) * d + j] ?? 0) + spread);
      }),
    );
  });
  return { mean, cov };
}

function gaussianNumbers(problem: Problem, law: Moments, formula: FormulaId, error = 0): LawNumbers {
  const expected = gaussianExpectedReward(law, problem.reward);
  return {
    kind: "exact",
    formula,
    mean: [...law.mean],
    cov: rowsOf(law.cov, problem.dim),
    expectedReward: expected?.value ?? null,
    error: (expected?.error ?? 0) + error,
  };
}

/**
 * Whether the reward has a mean under the target law. Two quadratures on the same nodes agree also about a pole, so the laws
 * of mixtures, which have the target's poles, ask here; only formulas can have any.
 */
function isIntegrable({ reward, law }: Problem): boolean {
  if (reward.kind !== "formula") return true;
  const known = INTEGRABLE.get(law) ?? { reward, holds: expectedRewardMixture(reward, law) !== null };
  const answer = known.reward === reward ? known.holds : expectedRewardMixture(reward, law) !== null;
  INTEGRABLE.set(law, { reward, holds: answer });
  return answer;
}

// A memo of a pure function: every eta and N of a sweep asks the same.
const INTEGRABLE = new WeakMap<
  GaussianMixture,
  { readonly reward: RewardProgram; readonly holds: boolean }
>();

function lineNumbers(
  problem: Problem,
  law: Parameters<typeof lineExpectedReward>[0],
  formula: FormulaId,
): LawNumbers {
  const expected = isIntegrable(problem) ? lineExpectedReward(law, problem.reward) : null;
  return {
    kind: "exact",
    formula,
    mean: [law.mean],
    cov: [[law.variance]],
    expectedReward: expected?.value ?? null,
    error: expected?.error ?? 0,
  };
}

function planeNumbers(problem: Problem, law: PlaneLaw, formula: FormulaId): LawNumbers {
  const expected = isIntegrable(problem) ? planeExpectedReward(law, problem.reward) : null;
  return {
    kind: "exact",
    formula,
    mean: [...law.mean],
    cov: rowsOf(law.cov, 2),
    expectedReward: expected?.value ?? null,
    error: expected?.error ?? 0,
  };
}

function rowsOf(matrix: Float64Array, dim: number): number[][] {
  return Array.from({ length: dim }, (_, i) => [...matrix.subarray(i * dim, (i + 1) * dim)]);
}

/** Steps of the fine grid that stands for continuous time where eta follows the step index. */
const FINE_STEPS = 4000;

/** eta as a function of time for a schedule given by step index: step k of N runs at u = k / N of the grid. */
function scheduleInTime(
  { spec, process }: Problem,
  eta: number,
): { etaAt: (t: number) => number; breaks: readonly number[] } {
  const { schedule, grid, steps } = spec.sampler;
  const times = createGrid(grid, process, FINE_STEPS);
  const timeAt = (share: number) => times[Math.round(share * FINE_STEPS)] ?? 0;
  if (schedule.kind === "window") {
    const from = timeAt(schedule.start / steps);
    const to = timeAt((schedule.start + schedule.size) / steps);
    return { etaAt: (t) => (t <= from && t > to ? eta : 0), breaks: [from, to] };
  }
  const weights = schedule.kind === "weights" ? schedule.weights : [1];
  const breaks = weights.map((_, i) => timeAt((i + 1) / weights.length));
  const etaAt = (t: number) => eta * (weights[breaks.findIndex((end) => t > end)] ?? weights.at(-1) ?? 1);
  return { etaAt, breaks };
}
