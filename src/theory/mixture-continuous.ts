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
import { solve } from "./label-diffusion.ts";
import { everySecond, labelPaths, type MixtureContinuousProblem } from "./label-paths.ts";
import type { Approximate } from "./line-law.ts";
import { labelOf, mixtureTails, REACH } from "./mixture-quantiles.ts";
import { PANEL_NODES, PANEL_WEIGHTS } from "./panel-rule.ts";
import { firstAtLeast, type PointMasses } from "./panels.ts";

export type { MixtureContinuousProblem } from "./label-paths.ts";

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
