/** The Langevin part of the eta-family in the quantile labels: a parabolic equation by finite volumes and TR-BDF2. */
import { normalCdf } from "../math/special.ts";
import type { LabelPaths } from "./label-paths.ts";

/** Share of a step after which TR-BDF2 switches rules; both parts then have the same implicit weight. */
const GAMMA = 2 - Math.SQRT2;

/** u on the labels at the data end. */
export function solve(grid: LabelPaths, eta: number): Float64Array {
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
