/** Expected rewards under Gaussians and mixtures: closed forms where they exist, else quadrature with its error. */
import { cholesky, symmetricEigen } from "../math/linear-algebra.ts";
import { createReward, isUsableReward, type RewardFunction } from "./evaluate.ts";
import type { RewardProgram } from "./program.ts";

/** A number with its numerical error (0 for closed forms). */
export interface ExpectedReward {
  readonly value: number;
  readonly error: number;
}

/** A mixture of Gaussians: weights [K] that sum to 1, means [K, d], covs [K, d, d]. */
export interface MixtureLaw {
  readonly dim: number;
  readonly count: number;
  readonly weights: Float64Array;
  readonly means: Float64Array;
  readonly covs: Float64Array;
}

/**
 * E r(X), X ~ N(mean [d], cov [d, d]), cov positive semi-definite. Quadratic, linear and bumps are closed forms; ring and
 * formula use quadrature for d <= 2. null where neither exists, where the reward is undefined with noticeable probability, or where
 * the integral does not converge or is not resolved (1/x across 0).
 */
export function expectedReward(
  program: RewardProgram,
  mean: Float64Array,
  cov: Float64Array,
): ExpectedReward | null {
  switch (program.kind) {
    case "quadratic":
      return { value: quadratic(program.center, program.matrix, mean, cov), error: 0 };
    case "linear":
      return {
        value: program.weights.reduce((sum, w, i) => sum + w * at(mean, i), program.offset),
        error: 0,
      };
    case "bumps":
      return { value: bumps(program, mean, cov), error: 0 };
    default:
      return mean.length <= 2 ? byQuadrature(createReward(program), mean, cov) : null;
  }
}

/** E r(X) under a mixture; errors add up by weight. */
export function expectedRewardMixture(program: RewardProgram, mixture: MixtureLaw): ExpectedReward | null {
  const { dim, count } = mixture;
  let value = 0;
  let error = 0;
  for (let k = 0; k < count; k++) {
    const mean = mixture.means.subarray(k * dim, (k + 1) * dim);
    const cov = mixture.covs.subarray(k * dim * dim, (k + 1) * dim * dim);
    const part = expectedReward(program, mean, cov);
    if (part === null) return null;
    value += at(mixture.weights, k) * part.value;
    error += at(mixture.weights, k) * part.error;
  }
  return { value, error };
}

function quadratic(
  center: Float64Array,
  matrix: Float64Array,
  mean: Float64Array,
  cov: Float64Array,
): number {
  const d = mean.length;
  let sum = 0;
  for (let i = 0; i < d; i++)
    for (let j = 0; j < d; j++) {
      const outer = (at(mean, i) - at(center, i)) * (at(mean, j) - at(center, j));
      sum += at(matrix, i * d + j) * (outer + at(cov, i * d + j));
    }
  return -sum;
}

/** E h exp(-|X - c|^2/(2 w^2)) = h w^d det(S)^(-1/2) exp(-(m - c)' S^-1 (m - c)/2), S = cov + w^2 I. */
function bumps(
  program: Extract<RewardProgram, { kind: "bumps" }>,
  mean: Float64Array,
  cov: Float64Array,
): number {
  const d = mean.length;
  let sum = 0;
  for (let b = 0; b < program.heights.length; b++) {
    const width = at(program.widths, b);
    const S = cov.slice();
    for (let i = 0; i < d; i++) S[i * d + i] = at(S, i * d + i) + width * width;
    const L = cholesky(S, d);
    let exponent = 0;
    let logDetHalf = 0;
    const u = new Float64Array(d);
    for (let i = 0; i < d; i++) {
      let rest = at(mean, i) - at(program.centers, b * d + i);
      for (let j = 0; j < i; j++) rest -= at(L, i * d + j) * at(u, j);
      u[i] = rest / at(L, i * d + i);
      exponent -= 0.5 * at(u, i) ** 2;
      logDetHalf += Math.log(at(L, i * d + i) / width);
    }
    sum += at(program.heights, b) * Math.exp(exponent - logDetHalf);
  }
  return sum;
}

/** Standard deviations covered on either side; the mass beyond is 2e-17. */
const REACH = 8.5;
/** The trapezoid rule converges faster than any power for smooth rewards; kinks and jumps need the finest level. */
const LEVELS_1D = [128, 512, 2048, 8192, 32768];
const LEVELS_2D = [96, 192, 384, 768, 1536];
const RELATIVE_TOLERANCE = 1e-10;
/** Share of the law on which the reward may be undefined before the expectation counts as undefined. */
const UNDEFINED_SHARE = 1e-6;

/** Share of the reward's spread below which a difference between levels counts as small. */
const RESOLVED = 0.01;
/** Absolute moments have kinks; this much of their spread may still change when the sum itself has converged. */
const SETTLED = 1e-3;
/** Errors above this share of the spread must also shrink from level to level, as those of kinks and jumps do. */
const SMALL = 1e-4;

/**
 * True if a numerical error leaves nothing to call exact: more than 1 % of max(|value|, scale), with `scale` the mean size
 * of the reward on the law.
 */
export function isUnresolved(value: number, error: number, scale: number): boolean {
  return !(error <= RESOLVED * Math.max(Math.abs(value), scale));
}

/**
 * E r and E |r - c| on finer and finer grids, c a typical reward; null where either does not converge: at a pole the signed
 * sum may agree with itself by symmetry (1/x), its absolute values cannot.
 */
function byQuadrature(reward: RewardFunction, mean: Float64Array, cov: Float64Array): ExpectedReward | null {
  const rule = mean.length === 1 ? lineRule(reward, mean, cov) : planeRule(reward, mean, cov);
  const centre = typicalReward(reward, mean, cov);
  const values: number[] = [];
  const spreads: number[] = [];
  const changes: number[] = [];
  for (const level of mean.length === 1 ? LEVELS_1D : LEVELS_2D) {
    const { sum, spread, weight, undefinedWeight } = rule(level, centre);
    if (undefinedWeight > UNDEFINED_SHARE * (weight + undefinedWeight)) return null;
    values.push(sum / weight);
    spreads.push(spread / weight);
    if (values.length > 1) changes.push(lastChange(values));
    if (errorOf(changes) <= tolerance(last(values)) && isSettled(values, spreads)) break;
  }
  const [value, error, scale] = [last(values), errorOf(changes), last(spreads)];
  if (error <= tolerance(value) && isSettled(values, spreads)) return { value, error };
  const spreadError = Math.max(0, lastChange(spreads) - tolerance(value));
  const lost = isUnresolved(scale, spreadError, scale) || isUnresolved(value, error, scale);
  return lost || growing(changes, SMALL * scale) ? null : { value, error };
}

/** Median of the reward at some points of the bulk: unlike a mean, no pole can carry it away. */
function typicalReward(reward: RewardFunction, mean: Float64Array, cov: Float64Array): number {
  const d = mean.length;
  const found: number[] = [];
  for (let z = -2; z <= 2; z += 0.25) {
    const r = reward(
      mean.map((m, i) => m + z * Math.sqrt(Math.max(0, at(cov, i * d + i)))),
      0,
    );
    if (isUsableReward(r)) found.push(r);
  }
  return found.sort((a, b) => a - b)[Math.floor(found.length / 2)] ?? 0;
}

function isSettled(values: readonly number[], spreads: readonly number[]): boolean {
  return lastChange(spreads) <= Math.max(SETTLED * last(spreads), tolerance(last(values)));
}

function tolerance(value: number): number {
  return RELATIVE_TOLERANCE * Math.max(1, Math.abs(value));
}

/** At a jump two levels may agree by accident; three do not. */
function errorOf(changes: readonly number[]): number {
  return changes.length === 0 ? Infinity : Math.max(last(changes), (changes.at(-2) ?? Infinity) / 2);
}

/** True if the last two changes are noticeable and hardly smaller than the first two, on grids many times finer. */
function growing(changes: readonly number[], noticeable: number): boolean {
  const late = Math.max(...changes.slice(-2));
  return changes.length > 3 && late > noticeable && late > 0.25 * Math.max(...changes.slice(0, 2));
}

function lastChange(values: readonly number[]): number {
  return Math.abs(last(values) - (values.at(-2) ?? Infinity));
}

function last(values: readonly number[]): number {
  return values.at(-1) ?? NaN;
}

interface RuleSums {
  readonly sum: number;
  /** Sum of |r - centre|. */
  readonly spread: number;
  readonly weight: number;
  readonly undefinedWeight: number;
}

type Rule = (n: number, centre: number) => RuleSums;

function lineRule(reward: RewardFunction, mean: Float64Array, cov: Float64Array): Rule {
  const std = Math.sqrt(Math.max(0, at(cov, 0)));
  const x = new Float64Array(1);
  return (n, centre) => {
    const sums = { sum: 0, spread: 0, weight: 0, undefinedWeight: 0 };
    for (let i = 0; i < n; i++) {
      const z = REACH * ((2 * i + 1) / n - 1);
      x[0] = at(mean, 0) + std * z;
      addNode(sums, reward(x, 0), Math.exp(-0.5 * z * z), centre);
    }
    return sums;
  };
}

function planeRule(reward: RewardFunction, mean: Float64Array, cov: Float64Array): Rule {
  const { values, vectors } = symmetricEigen(cov, 2);
  const stdU = Math.sqrt(Math.max(0, at(values, 0)));
  const stdV = Math.sqrt(Math.max(0, at(values, 1)));
  const x = new Float64Array(2);
  return (n, centre) => {
    const sums = { sum: 0, spread: 0, weight: 0, undefinedWeight: 0 };
    for (let i = 0; i < n; i++) {
      const zu = REACH * ((2 * i + 1) / n - 1);
      for (let j = 0; j < n; j++) {
        const zv = REACH * ((2 * j + 1) / n - 1);
        const radiusSq = zu * zu + zv * zv;
        if (radiusSq > REACH * REACH) continue;
        x[0] = at(mean, 0) + at(vectors, 0) * stdU * zu + at(vectors, 1) * stdV * zv;
        x[1] = at(mean, 1) + at(vectors, 2) * stdU * zu + at(vectors, 3) * stdV * zv;
        addNode(sums, reward(x, 0), Math.exp(-0.5 * radiusSq), centre);
      }
    }
    return sums;
  };
}

function addNode(
  sums: { -readonly [K in keyof RuleSums]: number },
  r: number,
  w: number,
  centre: number,
): void {
  if (isUsableReward(r)) {
    sums.sum += w * r;
    sums.spread += w * Math.abs(r - centre);
    sums.weight += w;
  } else sums.undefinedWeight += w;
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? NaN;
}
