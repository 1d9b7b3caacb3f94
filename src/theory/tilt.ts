/**
 * The optimum of KL-regularised fine-tuning, p* proportional to p exp(r / klWeight) [Fan23] [Uehara24] (reading A: the
 * model is the exact score of p*). Quadratic and linear rewards keep a mixture a mixture, exactly. Others do not: p* is
 * then replaced by a fitted mixture, which is a heuristic, and the total-variation distance of the two is measured.
 */
import { mixtureLogDensity, sampleMixture, type GaussianMixture } from "../diffusion/mixture.ts";
import { fitMixture } from "../diffusion/em.ts";
import { cholesky, logDetSpd, matmul, matvec, solveSpd, sqrtPsd } from "../math/linear-algebra.ts";
import { createReward, isUsableReward } from "../rewards/evaluate.ts";
import type { RewardProgram } from "../rewards/program.ts";

export interface TiltedLaw {
  readonly law: GaussianMixture;
  readonly kind: "exact" | "heuristic";
  /** One sentence on the fit, where the law is heuristic. */
  readonly note?: string;
  /** Total-variation distance between p* and the fit, 0..1; 0 where exact. */
  readonly distance: number;
}

/**
 * The law proportional to law(x) exp(r(x) / klWeight), klWeight > 0. Throws RangeError where that has no finite integral
 * (a reward that grows faster than the law decays).
 */
export function tiltedLaw(law: GaussianMixture, reward: RewardProgram, klWeight: number): TiltedLaw {
  if (!(klWeight > 0))
    throw new RangeError(
      `target.klWeight: must be positive, got ${klWeight}; use the reference target for no tilt`,
    );
  switch (reward.kind) {
    case "quadratic": {
      const K = reward.matrix.map((a) => a / klWeight);
      const parts = components(law).map((c, k) => tiltQuadratic(c, reward.center, K, k));
      return { law: assemble(law.dim, parts), kind: "exact", distance: 0 };
    }
    case "linear": {
      const slope = reward.weights.map((w) => w / klWeight);
      return {
        law: assemble(
          law.dim,
          components(law).map((c) => tiltLinear(c, slope)),
        ),
        kind: "exact",
        distance: 0,
      };
    }
    default:
      return fitTilted(law, reward, klWeight);
  }
}

interface Component {
  readonly logWeight: number;
  readonly mean: Float64Array;
  readonly cov: Float64Array;
}

function components(law: GaussianMixture): Component[] {
  const { dim: d } = law;
  return Array.from(law.weights, (weight, k) => ({
    logWeight: Math.log(weight),
    mean: law.means.slice(k * d, (k + 1) * d),
    cov: law.covs.slice(k * d * d, (k + 1) * d * d),
  }));
}

function assemble(dim: number, parts: readonly Component[]): GaussianMixture {
  const largest = parts.reduce((a, c) => Math.max(a, c.logWeight), -Infinity);
  // A component that the tilt has emptied keeps the least normal weight, so that logs stay finite.
  const weights = parts.map((c) => Math.max(Math.exp(c.logWeight - largest), 1e-300));
  const total = weights.reduce((a, b) => a + b, 0);
  return {
    dim,
    count: parts.length,
    weights: Float64Array.from(weights, (w) => w / total),
    means: Float64Array.from(parts.flatMap((c) => [...c.mean])),
    covs: Float64Array.from(parts.flatMap((c) => [...c.cov])),
  };
}

/**
 * N(m, S) tilted by exp(-(x - c)' K (x - c)). With H = S^(1/2), W = I + 2 H K H (positive definite or there is no tilted law):
 * covariance H W^-1 H, mean m - 2 H W^-1 H K (m - c), log weight -1/2 log|W| - (m - c)' (K - 2 K H W^-1 H K) (m - c). A
 * singular S needs no inverse.
 */
function tiltQuadratic(c: Component, center: Float64Array, K: Float64Array, index: number): Component {
  const d = c.mean.length;
  const H = sqrtPsd(c.cov, d);
  const W = matmul(matmul(H, K, d), H, d).map((v, ij) => 2 * v + (Math.floor(ij / d) === ij % d ? 1 : 0));
  requirePositive(W, d, index);
  const cov = new Float64Array(d * d);
  for (let j = 0; j < d; j++) {
    const column = matvec(
      H,
      solveSpd(
        W,
        H.filter((_, ij) => ij % d === j),
        d,
      ),
      d,
    );
    column.forEach((v, i) => (cov[i * d + j] = v));
  }
  const symmetric = cov.map((v, ij) => 0.5 * (v + (cov[(ij % d) * d + Math.floor(ij / d)] ?? 0)));
  const offset = c.mean.map((m, i) => m - (center[i] ?? 0));
  const pull = matvec(K, offset, d);
  const shift = matvec(symmetric, pull, d);
  const exponent = dot(offset, pull) - 2 * dot(pull, shift);
  return {
    logWeight: c.logWeight - 0.5 * logDetSpd(W, d) - exponent,
    mean: c.mean.map((m, i) => m - 2 * (shift[i] ?? 0)),
    cov: symmetric,
  };
}

function requirePositive(W: Float64Array, d: number, index: number): void {
  try {
    cholesky(W, d);
  } catch {
    throw new RangeError(
      `target.klWeight: component ${index + 1} must keep a positive definite precision, but the reward grows faster than it decays; raise klWeight or use a positive semi-definite reward matrix`,
    );
  }
}

/** N(m, S) tilted by exp(w' x): mean m + S w, same covariance, log weight w' m + w' S w / 2. */
function tiltLinear(c: Component, slope: Float64Array): Component {
  const shift = matvec(c.cov, slope, c.mean.length);
  return {
    logWeight: c.logWeight + dot(slope, c.mean) + 0.5 * dot(slope, shift),
    mean: c.mean.map((m, i) => m + (shift[i] ?? 0)),
    cov: c.cov,
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, v, i) => sum + v * (b[i] ?? 0), 0);
}

/** Points with masses (sum 1) that stand for p*, and the density of the measure they come from where it is a grid. */
interface WeightedPoints {
  readonly points: Float64Array;
  readonly masses: Float64Array;
  /** [n] mass that the fit would put on each point, given its log density there. */
  fitMass(index: number, logDensity: number): number;
}

const MAX_FIT_COMPONENTS = 24;
const FIT_SEED = 1;

function fitTilted(law: GaussianMixture, reward: RewardProgram, klWeight: number): TiltedLaw {
  const logTilt = tiltOf(reward, klWeight);
  const on = law.dim <= 2 ? gridPoints(law, logTilt) : drawnPoints(law, logTilt);
  const { mixture } = fitMixture(on.points, law.dim, {
    maxComponents: MAX_FIT_COMPONENTS,
    seed: FIT_SEED,
    weights: on.masses,
  });
  const fitted = on.masses.map((_, i) => on.fitMass(i, mixtureLogDensity(mixture, on.points, i * law.dim)));
  // |p* - fit| summed over the points, plus what the fit puts where no points are.
  const onPoints = on.masses.reduce((sum, mass, i) => sum + Math.abs(mass - (fitted[i] ?? 0)), 0);
  const outside = Math.max(0, 1 - fitted.reduce((a, b) => a + b, 0));
  const distance = Math.min(1, 0.5 * (onPoints + outside));
  const note = `The tilted law of this reward is no mixture of Gaussians; it is replaced by a fit of ${mixture.count} components, ${(100 * distance).toPrecision(2)} % away in total variation.`;
  return { law: mixture, kind: "heuristic", note, distance };
}

/** x -> r(x) / klWeight, -Infinity where the reward is undefined. */
function tiltOf(reward: RewardProgram, klWeight: number): (x: Float64Array, offset: number) => number {
  const r = createReward(reward);
  return (x, offset) => {
    const value = r(x, offset);
    return isUsableReward(value) ? value / klWeight : -Infinity;
  };
}

const GRID_SIZES = [0, 2001, 61];
const REACH = 6;
/** Share of the largest density below which a grid cell is left out of the box. */
const NEGLIGIBLE = 1e-9;

/** Cells of an even grid over the box that holds p*, found in two passes; d = 1 or 2. */
function gridPoints(
  law: GaussianMixture,
  logTilt: (x: Float64Array, offset: number) => number,
): WeightedPoints {
  const d = law.dim;
  const size = GRID_SIZES[d] ?? 61;
  let box = lawBox(law);
  let cells = evaluate(law, logTilt, box, size);
  for (let pass = 0; pass < 2; pass++) {
    box = boxOf(cells, box, size);
    cells = evaluate(law, logTilt, box, size);
  }
  const largest = maximum(cells.logs);
  const raw = cells.logs.map((v) => Math.exp(v - largest));
  const total = raw.reduce((a, b) => a + b, 0);
  if (!Number.isFinite(largest) || !(total > 0))
    throw new RangeError(
      "target: the reward must be defined somewhere under the law, got none; choose another reward",
    );
  const cell = box.reduce((volume, [low, high]) => (volume * (high - low)) / size, 1);
  return {
    points: cells.points,
    masses: raw.map((v) => v / total),
    fitMass: (_, logDensity) => Math.exp(logDensity) * cell,
  };
}

type Box = readonly (readonly [number, number])[];

function lawBox(law: GaussianMixture): Box {
  return Array.from({ length: law.dim }, (_, i) => {
    let low = Infinity;
    let high = -Infinity;
    for (let k = 0; k < law.count; k++) {
      const mean = law.means[k * law.dim + i] ?? 0;
      const std = Math.sqrt(law.covs[(k * law.dim + i) * law.dim + i] ?? 0) || 1e-6;
      low = Math.min(low, mean - REACH * std);
      high = Math.max(high, mean + REACH * std);
    }
    return [low, high] as const;
  });
}

function evaluate(
  law: GaussianMixture,
  logTilt: (x: Float64Array, offset: number) => number,
  box: Box,
  size: number,
): { points: Float64Array; logs: Float64Array } {
  const d = law.dim;
  const n = size ** d;
  const points = new Float64Array(n * d);
  const logs = new Float64Array(n);
  for (let c = 0; c < n; c++) {
    for (let i = 0, rest = c; i < d; i++, rest = Math.floor(rest / size)) {
      const [low, high] = box[i] ?? [0, 1];
      points[c * d + i] = low + ((high - low) * ((rest % size) + 0.5)) / size;
    }
    logs[c] = mixtureLogDensity(law, points, c * d) + logTilt(points, c * d);
  }
  return { points, logs };
}

/** The part of the box whose cells are not negligible, one cell wider on either side. */
function boxOf(cells: { points: Float64Array; logs: Float64Array }, box: Box, size: number): Box {
  const d = box.length;
  const least = maximum(cells.logs) + Math.log(NEGLIGIBLE);
  return box.map(([low, high], i) => {
    const width = (high - low) / size;
    let from = high;
    let to = low;
    cells.logs.forEach((v, c) => {
      if (!(v >= least)) return;
      from = Math.min(from, (cells.points[c * d + i] ?? 0) - 1.5 * width);
      to = Math.max(to, (cells.points[c * d + i] ?? 0) + 1.5 * width);
    });
    return from < to ? ([Math.max(low, from), Math.min(high, to)] as const) : ([low, high] as const);
  });
}

function maximum(values: Float64Array): number {
  return values.reduce((a, b) => Math.max(a, b), -Infinity);
}

const DRAWS = 4000;

/** Draws from the law with importance weights exp(r / klWeight), for d > 2. */
function drawnPoints(
  law: GaussianMixture,
  logTilt: (x: Float64Array, offset: number) => number,
): WeightedPoints {
  const points = sampleMixture(law, DRAWS, FIT_SEED);
  const logs = Float64Array.from({ length: DRAWS }, (_, i) => logTilt(points, i * law.dim));
  const largest = maximum(logs);
  const raw = logs.map((v) => Math.exp(v - largest));
  const total = raw.reduce((a, b) => a + b, 0);
  return {
    points,
    masses: raw.map((v) => v / total),
    fitMass: (i, logDensity) => Math.exp(logDensity - mixtureLogDensity(law, points, i * law.dim)) / DRAWS,
  };
}
