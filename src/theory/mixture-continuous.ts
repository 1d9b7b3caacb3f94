/**
 * The continuous-time sampler for a 1-D mixture with exact score, for every eta at once.
 *
 * In Y = x/alpha the clock is rho = (sigma/alpha)^2 and the exact law of Y at rho is p_rho = p_0 * N(0, rho). Write the
 * sampler's law as u p_rho. The ODE carries each quantile z of p_rho along (it maps p_rho onto itself), so u is constant
 * along it: eta = 0 is solved by Y_rho(z) alone. The rest of the family is eta^2 times the Langevin diffusion of p_rho, so in
 * the label z (standard normal: P(Y <= Y_rho(z)) = Phi(z))
 *
 *     -du/drho = (eta^2/2) (1/phi) d/dz ( phi (dz/dY)^2 du/dz )
 *
 * a self-adjoint parabolic equation, solved by finite volumes in z and an L-stable rule (TR-BDF2) in time. Halving both
 * steps twice and extrapolating gives the answer and its error. The labels' paths do not depend on eta and are computed once.
 */
import type { GaussianMixture } from "../diffusion/mixture.ts";
import type { Process } from "../diffusion/process.ts";
import { normalCdf, normalQuantile } from "../math/special.ts";
import type { Approximate } from "./line-law.ts";
import { firstAtLeast, type PointMasses } from "./panel-law.ts";
import { PANEL_NODES, PANEL_WEIGHTS } from "./panel-rule.ts";

export interface MixtureContinuousProblem {
  /** 1-D. */
  readonly mixture: GaussianMixture;
  readonly process: Process;
}

/** A law known by its expectations, each with its numerical error. */
export interface ContinuousLaw {
  readonly mean: number;
  readonly variance: number;
  /** Numerical error of mean and variance, the larger of the two. */
  readonly error: number;
  expectation(f: (x: number) => number): Approximate;
  /** Nodes and masses (sum 1) that stand for the law in sums; `check`: those of the coarser computation. */
  readonly nodes: PointMasses;
  readonly check: PointMasses;
}

/** Cells and time steps of the finer of the two grids; the coarser takes every second. */
const CELLS = 512;
const STEPS = 64;
/** The labels run over +- this many standard deviations. */
const REACH = 8;
/** Gauss-Legendre panels on each component where expectations are taken. */
const LEAST_PANELS = 8;
const MOST_PANELS = 16;

/** Laws of the continuous-time sampler by eta; the shared work is done here, each law then costs a few ms. */
export function continuousMixture(problem: MixtureContinuousProblem): (eta: number) => ContinuousLaw {
  const fine = labelPaths(problem, CELLS, STEPS);
  const middle = everySecond(fine);
  const coarse = everySecond(middle);
  const panels = problem.mixture.count <= MOST_PANELS / 4 ? MOST_PANELS : LEAST_PANELS;
  const dense = expectationNodes(problem.mixture, panels);
  const sparse = expectationNodes(problem.mixture, panels / 2);
  return (eta) => {
    const [u0, u1, u2] = [solve(coarse, eta), solve(middle, eta), solve(fine, eta)];
    const masses0 = massesOn(dense, coarse.z, u0);
    const masses1 = massesOn(dense, middle.z, u1);
    const masses2 = massesOn(dense, fine.z, u2);
    const before = extrapolated(masses0, masses1);
    const masses = extrapolated(masses1, masses2);
    const fewer = extrapolated(massesOn(sparse, middle.z, u1), massesOn(sparse, fine.z, u2));
    const expectation = (f: (x: number) => number): Approximate => {
      const value = sumOver(dense.x, masses, f);
      const step = Math.abs(value - sumOver(dense.x, before, f));
      return { value, error: step + Math.abs(value - sumOver(sparse.x, fewer, f)) };
    };
    const mean = expectation((x) => x);
    const variance = expectation((x) => (x - mean.value) ** 2);
    return {
      mean: mean.value,
      variance: variance.value,
      error: Math.max(mean.error, variance.error),
      expectation,
      nodes: { positions: dense.x, masses },
      check: { positions: dense.x, masses: before },
    };
  };
}

/** Second-order errors of two computations, the finer with half the steps, removed. */
function extrapolated(coarse: Float64Array, fine: Float64Array): Float64Array {
  return fine.map((v, i) => v + (v - (coarse[i] ?? 0)) / 3);
}

function sumOver(x: Float64Array, masses: Float64Array, f: (x: number) => number): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (masses[i] ?? 0) * f(x[i] ?? 0);
  return sum;
}

/** The law for one eta. */
export function mixtureContinuousLaw1d(
  problem: MixtureContinuousProblem & { readonly eta: number },
): ContinuousLaw {
  return continuousMixture(problem)(problem.eta);
}

/** Paths Y[k][i] of the labels z[i] at clock rho[k], k from the prior (0) to the data; start: u on the labels at the prior. */
interface LabelPaths {
  readonly z: Float64Array;
  readonly rho: Float64Array;
  readonly paths: readonly Float64Array[];
  readonly start: Float64Array;
}

function labelPaths(
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

function everySecond(from: LabelPaths): LabelPaths {
  const half = (a: Float64Array): Float64Array => a.filter((_, i) => i % 2 === 0);
  return {
    z: half(from.z),
    rho: half(from.rho),
    paths: from.paths.filter((_, k) => k % 2 === 0).map(half),
    start: half(from.start),
  };
}

/** Lower tail, upper tail and density of the mixture under noise of variance rho, at y, into out[0..2]. */
function mixtureTails(mixture: GaussianMixture, rho: number): (y: number, out: Float64Array) => void {
  const stds = mixture.covs.map((v) => Math.sqrt(Math.max(v + rho, 1e-16)));
  return (y, out) => {
    let lower = 0;
    let upper = 0;
    let density = 0;
    for (let k = 0; k < mixture.count; k++) {
      const std = stds[k] ?? 1;
      const e = (y - (mixture.means[k] ?? 0)) / std;
      const w = mixture.weights[k] ?? 0;
      const tail = normalCdf(-Math.abs(e));
      lower += w * (e < 0 ? tail : 1 - tail);
      upper += w * (e < 0 ? 1 - tail : tail);
      density += (w * Math.exp(-0.5 * e * e)) / std;
    }
    out[0] = lower;
    out[1] = upper;
    out[2] = density / Math.sqrt(2 * Math.PI);
  };
}

/**
 * Quantiles of the mixture under noise at the labels z, logTail[i] = log P(Z > |z_i|): safeguarded Newton steps on the log of
 * the smaller tail, from the linear continuation of the last two times.
 */
function quantiles(
  mixture: GaussianMixture,
  rho: number,
  z: Float64Array,
  logTail: Float64Array,
  previous: Float64Array | undefined,
  earlier: Float64Array | undefined,
): Float64Array {
  const tails = mixtureTails(mixture, rho);
  const out = new Float64Array(z.length);
  const at = new Float64Array(3);
  const [floor, ceiling] = quantileRange(mixture, rho);
  for (let i = 0; i < z.length; i++) {
    const below = (z[i] ?? 0) < 0;
    let low = i > 0 ? (out[i - 1] ?? floor) : floor;
    let high = ceiling;
    const last = previous?.[i];
    let y =
      last === undefined ? low + 0.02 * (high - low) : last + (earlier ? last - (earlier[i] ?? last) : 0);
    if (!(y >= low && y <= high)) y = Math.min(high, Math.max(low, last ?? low));
    for (let sweep = 0; sweep < 80; sweep++) {
      tails(y, at);
      const tail = below ? (at[0] ?? 0) : (at[1] ?? 0);
      const excess = Math.log(Math.max(tail, Number.MIN_VALUE)) - (logTail[i] ?? 0);
      if (Math.abs(excess) < 1e-11) break;
      if (excess > 0 === below) high = y;
      else low = y;
      const step = (excess * tail) / (at[2] ?? 0);
      const newton = below ? y - step : y + step;
      const next = newton > low && newton < high ? newton : 0.5 * (low + high);
      if (next === y) break;
      y = next;
    }
    out[i] = y;
  }
  return out;
}

function quantileRange(mixture: GaussianMixture, rho: number): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let k = 0; k < mixture.count; k++) {
    const std = Math.sqrt(Math.max((mixture.covs[k] ?? 0) + rho, 1e-16));
    low = Math.min(low, (mixture.means[k] ?? 0) - (REACH + 1) * std);
    high = Math.max(high, (mixture.means[k] ?? 0) + (REACH + 1) * std);
  }
  return [low, high];
}

/** Quantiles of a 1-D mixture at the standard normal labels z [n], ascending: P(X <= x_i) = Phi(z_i). */
export function mixtureQuantiles(mixture: GaussianMixture, z: Float64Array): Float64Array {
  return quantiles(mixture, 0, z, logTails(z), undefined, undefined);
}

/** Standard normal label of a point with the given tails. */
function labelOf(tails: Float64Array): number {
  const [lower = 0, upper = 0] = tails;
  const z = lower < upper ? normalQuantile(lower) : -normalQuantile(upper);
  return Math.min(REACH, Math.max(-REACH, z));
}

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

function logTails(z: Float64Array): Float64Array {
  return z.map((v) => Math.log(normalCdf(-Math.abs(v))));
}

/** Points of the data law, their masses under it (sum 1) and their labels. */
interface Nodes {
  readonly x: Float64Array;
  readonly masses: Float64Array;
  readonly z: Float64Array;
}

function expectationNodes(mixture: GaussianMixture, panels: number): Nodes {
  const x: number[] = [];
  const masses: number[] = [];
  for (let k = 0; k < mixture.count; k++) {
    const std = Math.sqrt(Math.max(mixture.covs[k] ?? 0, 1e-16));
    for (let p = 0; p < panels; p++)
      PANEL_NODES.forEach((node, i) => {
        const e = REACH * ((2 * p + 1 + node) / panels - 1);
        x.push((mixture.means[k] ?? 0) + std * e);
        const mass =
          ((REACH / panels) * (PANEL_WEIGHTS[i] ?? 0) * Math.exp(-0.5 * e * e)) / Math.sqrt(2 * Math.PI);
        masses.push((mixture.weights[k] ?? 0) * mass);
      });
  }
  const tails = mixtureTails(mixture, 0);
  const at = new Float64Array(3);
  const z = Float64Array.from(x, (v) => {
    tails(v, at);
    return labelOf(at);
  });
  const total = masses.reduce((a, b) => a + b, 0);
  return { x: Float64Array.from(x), masses: Float64Array.from(masses, (m) => m / total), z };
}

/** Masses of the sampler's law on the nodes, sum 1. */
function massesOn(nodes: Nodes, labels: Float64Array, u: Float64Array): Float64Array {
  const masses = nodes.masses.map((m, i) => m * cubicAt(labels, u, nodes.z[i] ?? 0));
  const total = masses.reduce((a, b) => a + b, 0);
  return masses.map((m) => m / total);
}

/** Labels closer than this are told apart only to keep them ascending (points in a gap that holds no mass). */
const LEAST_SPACING = 1e-9;
/** Ratio of neighbouring spacings past which a cubic would swing. */
const UNEVEN = 20;

/** Cubic through the four labels about z; the chord where they are very unevenly spaced. */
function cubicAt(labels: Float64Array, u: Float64Array, z: number): number {
  const first = Math.min(labels.length - 4, Math.max(0, firstAtLeast(labels, z) - 2));
  const [a = 0, b = 0, c = 0, d = 0] = labels.subarray(first, first + 4);
  if (Math.max(b - a, c - b, d - c) > UNEVEN * Math.min(b - a, c - b, d - c)) {
    const i = Math.min(labels.length - 2, Math.max(0, firstAtLeast(labels, z) - 1));
    const share = (z - (labels[i] ?? 0)) / ((labels[i + 1] ?? 1) - (labels[i] ?? 0));
    return (u[i] ?? 0) + share * ((u[i + 1] ?? 0) - (u[i] ?? 0));
  }
  let sum = 0;
  for (let i = first; i < first + 4; i++) {
    let weight = u[i] ?? 0;
    for (let j = first; j < first + 4; j++)
      if (j !== i) weight *= (z - (labels[j] ?? 0)) / ((labels[i] ?? 0) - (labels[j] ?? 1));
    sum += weight;
  }
  return sum;
}

/** Share of a step after which TR-BDF2 switches rules; both parts then have the same implicit weight. */
const GAMMA = 2 - Math.SQRT2;

/** u on the labels at the data end. */
function solve(grid: LabelPaths, eta: number): Float64Array {
  const { z, rho, paths } = grid;
  const n = z.length;
  const weights = cellWeights(z);
  const bridges = bridgeWeights(z);
  const u = grid.start.slice();
  if (eta > 0) {
    const rate = 0.5 * eta * eta;
    const here = new Float64Array(n - 1);
    const there = new Float64Array(n - 1);
    conductances(paths[0], bridges, here);
    const work = { lower: new Float64Array(n), right: new Float64Array(n), middle: new Float64Array(n) };
    for (let k = 0; k + 1 < rho.length; k++) {
      conductances(paths[k + 1], bridges, there);
      const h = rate * ((rho[k] ?? 0) - (rho[k + 1] ?? 0));
      diffuse(u, weights, here, there, h, work);
      here.set(there);
    }
  }
  return u;
}

/** Standard normal mass of each label's cell, bounded half way to its neighbours. */
function cellWeights(z: Float64Array): Float64Array {
  return z.map((v, i) => {
    const before = z[i - 1] ?? v - 1;
    const after = z[i + 1] ?? v + 1;
    return massBetween((v + before) / 2, (v + after) / 2);
  });
}

/** Standard normal mass between neighbouring labels, [n - 1]. */
function bridgeWeights(z: Float64Array): Float64Array {
  return z.slice(1).map((v, i) => massBetween(z[i] ?? 0, v));
}

function massBetween(a: number, b: number): number {
  return a > 0 ? normalCdf(-a) - normalCdf(-b) : normalCdf(b) - normalCdf(a);
}

/** Flux between neighbours per difference of u: p dY^-1 = mass between them / (Y_{i+1} - Y_i)^2. */
function conductances(path: Float64Array | undefined, bridges: Float64Array, out: Float64Array): void {
  for (let i = 0; i < bridges.length; i++) {
    const gap = Math.max((path?.[i + 1] ?? 0) - (path?.[i] ?? 0), 1e-14);
    out[i] = (bridges[i] ?? 0) / (gap * gap);
  }
}

interface Work {
  readonly lower: Float64Array;
  readonly right: Float64Array;
  readonly middle: Float64Array;
}

/** One TR-BDF2 step of weights du/dt = div(conductance grad u), with the conductance changing from `here` to `there`. */
function diffuse(
  u: Float64Array,
  weights: Float64Array,
  here: Float64Array,
  there: Float64Array,
  h: number,
  work: Work,
): void {
  const between = here.map((c, i) => Math.exp((1 - GAMMA) * Math.log(c) + GAMMA * Math.log(there[i] ?? c)));
  const { right, middle } = work;
  const n = u.length;
  const part = (GAMMA * h) / 2;
  for (let i = 0; i < n; i++) right[i] = (weights[i] ?? 0) * (u[i] ?? 0) + part * flux(u, here, i);
  solveTridiagonal(weights, between, part, right, work.lower, middle);
  const w1 = 1 / (GAMMA * (2 - GAMMA));
  const w0 = ((1 - GAMMA) * (1 - GAMMA)) / (GAMMA * (2 - GAMMA));
  for (let i = 0; i < n; i++) right[i] = (weights[i] ?? 0) * (w1 * (middle[i] ?? 0) - w0 * (u[i] ?? 0));
  solveTridiagonal(weights, there, ((1 - GAMMA) / (2 - GAMMA)) * h, right, work.lower, u);
}

/** Net flux into cell i. */
function flux(u: Float64Array, conductance: Float64Array, i: number): number {
  const at = u[i] ?? 0;
  const left = i > 0 ? (conductance[i - 1] ?? 0) * ((u[i - 1] ?? 0) - at) : 0;
  const right = i + 1 < u.length ? (conductance[i] ?? 0) * ((u[i + 1] ?? 0) - at) : 0;
  return left + right;
}

/** Solves (weights + h L) x = right for the graph Laplacian L of the conductances, by elimination. */
function solveTridiagonal(
  weights: Float64Array,
  conductance: Float64Array,
  h: number,
  right: Float64Array,
  ratio: Float64Array,
  out: Float64Array,
): void {
  const n = weights.length;
  let before = 0;
  for (let i = 0; i < n; i++) {
    const left = i > 0 ? h * (conductance[i - 1] ?? 0) : 0;
    const next = i + 1 < n ? h * (conductance[i] ?? 0) : 0;
    const carried = i > 0 ? (ratio[i - 1] ?? 0) : 0;
    const pivot = (weights[i] ?? 0) + left * (1 - carried) + next;
    ratio[i] = next / pivot;
    before = ((right[i] ?? 0) + left * before) / pivot;
    out[i] = before;
  }
  for (let i = n - 2; i >= 0; i--) out[i] = (out[i] ?? 0) + (ratio[i] ?? 0) * (out[i + 1] ?? 0);
}
