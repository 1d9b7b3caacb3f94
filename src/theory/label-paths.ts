/** The paths of quantile labels of a 1-D mixture as its noise falls: what the probability-flow ODE does, for every eta. */
import type { GaussianMixture } from "../diffusion/mixture.ts";
import type { Process } from "../diffusion/process.ts";
import { labelOf, logTails, mixtureTails, quantiles, REACH } from "./mixture-quantiles.ts";

export interface MixtureContinuousProblem {
  /** 1-D. */
  readonly mixture: GaussianMixture;
  readonly process: Process;
}

/** Paths Y[k][i] of the labels z[i] at clock rho[k], k from the prior (0) to the data; start: u on the labels at the prior. */
export interface LabelPaths {
  readonly z: Float64Array;
  readonly rho: Float64Array;
  readonly paths: readonly Float64Array[];
  readonly start: Float64Array;
}

export function labelPaths(
  { mixture, process }: MixtureContinuousProblem,
  cells: number,
  steps: number,
): LabelPaths {
  if (mixture.dim !== 1)
    throw new RangeError(
      `continuous mixture: must be 1-D, got d = ${mixture.dim}; use a product or Monte Carlo`,
    );
  const alphaT = process.alpha(process.T);
  const scale = Math.max(
    mixture.covs.reduce((a, b) => Math.min(a, b), Infinity),
    1e-8,
  );
  const ratioSq = (process.sigma(process.T) / alphaT) ** 2;
  // Without signal at T the prior is the exact law, u = 1 for ever, and any starting clock will do.
  const known = Number.isFinite(ratioSq);
  const rhoT = known ? ratioSq : scale;
  const last = Math.log1p(rhoT / scale) ** 0.5;
  const rho = Float64Array.from({ length: steps + 1 }, (_, k) =>
    k === 0 ? rhoT : scale * Math.expm1((last * (1 - k / steps)) ** 2),
  );
  const z = labels(mixture, cells);
  const target = logTails(z);
  const paths: Float64Array[] = [];
  rho.forEach((clock, k) => paths.push(quantiles(mixture, clock, z, target, paths[k - 1], paths[k - 2])));
  const first = paths[0] ?? z;
  const priorStd = process.priorStd / alphaT;
  const density = mixtureTails(mixture, rhoT);
  const scratch = new Float64Array(3);
  const start = first.map((y) => {
    if (!known) return 1;
    density(y, scratch);
    return Math.exp(-0.5 * (y / priorStd) ** 2) / (priorStd * Math.sqrt(2 * Math.PI)) / (scratch[2] ?? 1);
  });
  return { z, rho, paths, start };
}

export function everySecond(from: LabelPaths): LabelPaths {
  const half = (a: Float64Array): Float64Array => a.filter((_, i) => i % 2 === 0);
  return {
    z: half(from.z),
    rho: half(from.rho),
    paths: from.paths.filter((_, k) => k % 2 === 0).map(half),
    start: half(from.start),
  };
}

/** Labels closer than this are told apart only to keep them ascending (points in a gap that holds no mass). */
const LEAST_SPACING = 1e-9;

/**
 * Labels z [cells + 1] from -REACH to REACH, half of them spread evenly in z and half evenly in x at the data end, so that
 * neither the bulk of a component nor the gap between two is left coarse.
 */
function labels(mixture: GaussianMixture, cells: number): Float64Array {
  const tails = mixtureTails(mixture, 0);
  const at = new Float64Array(3);
  const ends = Float64Array.of(-REACH, REACH);
  const [low = 0, high = 0] = quantiles(mixture, 0, ends, logTails(ends), undefined, undefined);
  const share = (x: number, z: number): number =>
    (0.5 * (z + REACH)) / (2 * REACH) + (0.5 * (x - low)) / (high - low);
  const z = new Float64Array(cells + 1).fill(-REACH);
  let from = low;
  for (let i = 1; i < cells; i++) {
    let a = from;
    let b = high;
    let label = 0;
    for (let sweep = 0; sweep < 60 && b - a > 1e-13 * (high - low); sweep++) {
      const x = 0.5 * (a + b);
      tails(x, at);
      label = labelOf(at);
      const excess = share(x, label) - i / cells;
      if (Math.abs(excess) < 1e-4 / cells) break;
      if (excess > 0) b = x;
      else a = x;
    }
    z[i] = Math.max(label, (z[i - 1] ?? -REACH) + LEAST_SPACING);
    from = a;
  }
  z[cells] = REACH;
  return z;
}
