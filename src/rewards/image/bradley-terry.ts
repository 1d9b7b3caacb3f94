/**
 * Fits preferences to pairwise choices [Bradley52]: P(first chosen) = 1 / (1 + exp(-(s(first) - s(second)))) with a linear
 * score s(f) = w . f. The maximum of the penalised log-likelihood by Newton's method (iteratively reweighted least squares).
 */
import { cholesky, solveCholesky } from "../../math/linear-algebra.ts";

export interface Choices {
  /** Numbers of each image's features, F. */
  readonly features: number;
  /** Features of the first and the second image of each pair, [pairs, F]. */
  readonly first: Float64Array;
  readonly second: Float64Array;
  /** 1 where the first was chosen, 0 where the second was; 0.5 for a tie. [pairs] */
  readonly chosen: Float64Array;
}

export interface BradleyTerryFit {
  /** w [F]. */
  readonly weights: Float64Array;
  /** Standard errors of w [F]: roots of the diagonal of the inverse of the penalised information (Laplace's approximation). */
  readonly standardErrors: Float64Array;
  /** Mean log-likelihood per pair, nats, without the penalty; ln(1/2) for a model that knows nothing. */
  readonly meanLogLikelihood: number;
  readonly pairs: number;
  readonly iterations: number;
}

/** Penalty on the weights unless said otherwise: a prior N(0, 1 / ridge) for features of unit scale. */
export const DEFAULT_RIDGE = 1e-2;
const MOST_ITERATIONS = 100;
const MOST_HALVINGS = 40;
/** Newton's decrement, in nats of the penalised log-likelihood, at which the fit has arrived. */
const ARRIVED = 1e-12;

/**
 * The fit. `ridge` > 0 keeps it finite where choices can be told apart perfectly. Throws RangeError on arrays that do not fit
 * together, numbers that are not finite, choices outside [0, 1], no pairs, or ridge <= 0.
 */
export function fitBradleyTerry(choices: Choices, ridge: number = DEFAULT_RIDGE): BradleyTerryFit {
  check(choices, ridge);
  const { features: size, chosen } = choices;
  const x = choices.first.map((value, i) => value - (choices.second[i] ?? 0));
  let weights: Float64Array = new Float64Array(size);
  let objective = penalised(x, chosen, weights, ridge);
  for (let iterations = 1; iterations <= MOST_ITERATIONS; iterations++) {
    const { gradient, factor } = newtonSystem(x, chosen, weights, ridge);
    const step = solveCholesky(factor, gradient, size);
    const decrement = step.reduce((sum, value, f) => sum + value * (gradient[f] ?? 0), 0) / 2;
    if (decrement < ARRIVED * chosen.length) {
      // The last step is free, and squares what error is left.
      weights = weights.map((value, f) => value + (step[f] ?? 0));
      const meanLogLikelihood = penalised(x, chosen, weights, 0) / chosen.length;
      return {
        weights,
        standardErrors: errorsOf(factor, size),
        meanLogLikelihood,
        pairs: chosen.length,
        iterations,
      };
    }
    const next = ascend(weights, step, (w) => penalised(x, chosen, w, ridge), objective);
    weights = next.weights;
    objective = next.objective;
  }
  throw new RangeError(
    `fitBradleyTerry: must arrive in ${MOST_ITERATIONS} steps, got no maximum; scale the features to unit spread`,
  );
}

/** Penalised log-likelihood, nats. */
function penalised(x: Float64Array, chosen: Float64Array, w: Float64Array, ridge: number): number {
  let sum = 0;
  for (let i = 0; i < chosen.length; i++) {
    const margin = marginOf(x, w, i);
    const y = chosen[i] ?? 0;
    sum += y * logSigmoid(margin) + (1 - y) * logSigmoid(-margin);
  }
  return sum - (ridge / 2) * w.reduce((square, value) => square + value * value, 0);
}

/** Slope of the penalised log-likelihood, and the Cholesky factor of minus its curvature. */
function newtonSystem(
  x: Float64Array,
  chosen: Float64Array,
  w: Float64Array,
  ridge: number,
): { readonly gradient: Float64Array; readonly factor: Float64Array } {
  const size = w.length;
  const gradient = w.map((value) => -ridge * value);
  const information = new Float64Array(size * size);
  for (let f = 0; f < size; f++) information[f * size + f] = ridge;
  for (let i = 0; i < chosen.length; i++) {
    const p = Math.exp(logSigmoid(marginOf(x, w, i)));
    const weight = p * (1 - p);
    for (let f = 0; f < size; f++) {
      const xf = x[i * size + f] ?? 0;
      gradient[f] = (gradient[f] ?? 0) + ((chosen[i] ?? 0) - p) * xf;
      for (let g = 0; g < size; g++)
        information[f * size + g] = (information[f * size + g] ?? 0) + weight * xf * (x[i * size + g] ?? 0);
    }
  }
  return { gradient, factor: cholesky(information, size) };
}

/** The step, halved until the objective does not fall. */
function ascend(
  from: Float64Array,
  step: Float64Array,
  objectiveAt: (w: Float64Array) => number,
  objective: number,
): { readonly weights: Float64Array; readonly objective: number } {
  let share = 1;
  for (let halvings = 0; halvings < MOST_HALVINGS; halvings++) {
    const weights = from.map((value, f) => value + share * (step[f] ?? 0));
    const reached = objectiveAt(weights);
    if (reached >= objective) return { weights, objective: reached };
    share /= 2;
  }
  // Rounding hides any further gain: stay, and let the decrement decide.
  return { weights: from, objective };
}

function errorsOf(factor: Float64Array, size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, f) => {
    const unit = new Float64Array(size);
    unit[f] = 1;
    return Math.sqrt(solveCholesky(factor, unit, size)[f] ?? NaN);
  });
}

function marginOf(x: Float64Array, w: Float64Array, i: number): number {
  let sum = 0;
  for (let f = 0; f < w.length; f++) sum += (w[f] ?? 0) * (x[i * w.length + f] ?? 0);
  return sum;
}

/** log(1 / (1 + exp(-z))) without overflow. */
function logSigmoid(z: number): number {
  return z < 0 ? z - Math.log1p(Math.exp(z)) : -Math.log1p(Math.exp(-z));
}

function check({ features, first, second, chosen }: Choices, ridge: number): void {
  const pairs = chosen.length;
  if (!(ridge > 0 && Number.isFinite(ridge)))
    throw new RangeError(
      `fitBradleyTerry.ridge: must be a positive number, got ${ridge}; ${DEFAULT_RIDGE} is usual`,
    );
  if (pairs === 0 || features < 1)
    throw new RangeError(`fitBradleyTerry: must have pairs and features, got ${pairs} and ${features}`);
  for (const [name, values] of [
    ["first", first],
    ["second", second],
  ] as const) {
    if (values.length !== pairs * features)
      throw new RangeError(
        `fitBradleyTerry.${name}: must be ${pairs} x ${features} numbers, got ${values.length}`,
      );
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      throw new RangeError(
        `fitBradleyTerry.${name}: must be finite, got ${values[bad]} for pair ${Math.floor(bad / features)}; leave that pair out`,
      );
  }
  const odd = chosen.find((value) => !(value >= 0 && value <= 1));
  if (odd !== undefined) throw new RangeError(`fitBradleyTerry.chosen: must lie in 0 .. 1, got ${odd}`);
}
