/**
 * Panels of Gauss-Legendre nodes: a smooth function is held by its values at the nodes of each panel, which give its
 * integral, its interpolating polynomial and, from the last Legendre coefficients, whether it is resolved.
 */
import { gaussLegendre } from "../math/quadrature.ts";

/** Nodes per panel. A Gaussian is integrated to 1e-9 on a panel of six standard deviations. */
export const NODES = 16;

const rule = gaussLegendre(NODES);
/** Nodes [NODES] on [-1, 1], ascending. */
export const PANEL_NODES = Float64Array.from(rule.nodes);
/** Weights [NODES], sum 2. */
export const PANEL_WEIGHTS = Float64Array.from(rule.weights);

/** P_j(x) for j < NODES. */
function legendreValues(x: number): Float64Array {
  const out = new Float64Array(NODES);
  out[0] = 1;
  out[1] = x;
  for (let j = 1; j + 1 < NODES; j++)
    out[j + 1] = ((2 * j + 1) * x * (out[j] ?? 0) - j * (out[j - 1] ?? 0)) / (j + 1);
  return out;
}

/** Row j, column i: share of node i's value in Legendre coefficient j. */
const ANALYSIS = (() => {
  const out = new Float64Array(NODES * NODES);
  PANEL_NODES.forEach((x, i) => {
    const values = legendreValues(x);
    for (let j = 0; j < NODES; j++)
      out[j * NODES + i] = ((2 * j + 1) / 2) * (PANEL_WEIGHTS[i] ?? 0) * (values[j] ?? 0);
  });
  return out;
})();

/** Legendre coefficient j of the values at values[offset ..], on [-1, 1]. */
function coefficient(values: Float64Array, offset: number, j: number): number {
  let sum = 0;
  for (let i = 0; i < NODES; i++) sum += (ANALYSIS[j * NODES + i] ?? 0) * (values[offset + i] ?? 0);
  return sum;
}

/** Size of what the panel's polynomial may miss: the last three Legendre coefficients, in the function's unit. */
export function unresolved(values: Float64Array, offset: number): number {
  let sum = 0;
  for (let j = NODES - 3; j < NODES; j++) sum += Math.abs(coefficient(values, offset, j));
  return sum;
}

/** Integral over [-1, 1] of the values at values[offset ..]; times half the panel's length for the panel itself. */
export function panelSum(values: Float64Array, offset: number): number {
  let sum = 0;
  for (let i = 0; i < NODES; i++) sum += (PANEL_WEIGHTS[i] ?? 0) * (values[offset + i] ?? 0);
  return sum;
}

/** Barycentric weights of the nodes. */
const BARYCENTRIC = PANEL_NODES.map((x, i) => {
  let product = 1;
  PANEL_NODES.forEach((y, j) => {
    if (j !== i) product *= 2 * (x - y);
  });
  return 1 / product;
});

/** The polynomial through the values at values[offset ..], at x in [-1, 1]. */
export function interpolate(values: Float64Array, offset: number, x: number): number {
  let above = 0;
  let below = 0;
  for (let i = 0; i < NODES; i++) {
    const distance = x - (PANEL_NODES[i] ?? 0);
    const value = values[offset + i] ?? 0;
    if (distance === 0) return value;
    const weight = (BARYCENTRIC[i] ?? 0) / distance;
    above += weight * value;
    below += weight;
  }
  return above / below;
}

/** Row i, column j: integral from -1 to node i of the Lagrange polynomial of node j. */
const RUNNING = (() => {
  const out = new Float64Array(NODES * NODES);
  for (let j = 0; j < NODES; j++) {
    const unit = new Float64Array(NODES);
    unit[j] = 1;
    for (let i = 0; i < NODES; i++) {
      const half = ((PANEL_NODES[i] ?? 0) + 1) / 2;
      let sum = 0;
      for (let q = 0; q < NODES; q++)
        sum += half * (PANEL_WEIGHTS[q] ?? 0) * interpolate(unit, 0, -1 + half * ((PANEL_NODES[q] ?? 0) + 1));
      out[i * NODES + j] = sum;
    }
  }
  return out;
})();

/** Integrals from -1 to each node of the panel's polynomial, into out[offset ..]. */
export function runningIntegral(values: Float64Array, offset: number, out: Float64Array): void {
  for (let i = 0; i < NODES; i++) {
    let sum = 0;
    for (let j = 0; j < NODES; j++) sum += (RUNNING[i * NODES + j] ?? 0) * (values[offset + j] ?? 0);
    out[offset + i] = sum;
  }
}
