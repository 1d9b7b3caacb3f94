/** A 1-D density on adaptive panels. */
import { interpolate, NODES, PANEL_NODES, panelSum, unresolved } from "./panel-rule.ts";

/** Density values [P * NODES] at the nodes of panels (lows[p], highs[p]), ascending and without overlap. */
export interface PanelLaw {
  readonly lows: Float64Array;
  readonly highs: Float64Array;
  readonly values: Float64Array;
}

/** How finely a law is held. Errors of mass below `tolerance` per panel are let pass. */
export interface Resolution {
  readonly tolerance: number;
  /** Longest image of a source panel, in standard deviations of the kernel. */
  readonly reach: number;
  /** Gauss-Hermite nodes of the narrow kernel. */
  readonly narrowNodes: number;
}

/** Point masses: positions ascending, masses >= 0 with sum about 1. */
export interface PointMasses {
  readonly positions: Float64Array;
  readonly masses: Float64Array;
}

/** Beyond this many standard deviations a Gaussian counts as 0 (mass 1e-17). */
export const TAIL = 8.6;

/** Panels after which none is split further: the function is too rough, and the mass that is missed will tell. */
const MOST_BUILT = 1500;
/** Halvings after which a panel is taken as it is. */
export const MOST_SPLITS = 44;

/** N(mean, std^2) on panels. */
export function gaussianPanels(mean: number, std: number, resolution: Resolution): PanelLaw {
  const density = (x: number): number =>
    Math.exp(-0.5 * ((x - mean) / std) ** 2) / (std * Math.sqrt(2 * Math.PI));
  const edges = Array.from({ length: 9 }, (_, j) => mean + TAIL * std * (j / 4 - 1));
  return buildPanels(density, edges, () => 0, resolution.tolerance);
}

/** The density at y; 0 outside the panels. */
export function valueAt(law: PanelLaw, y: number): number {
  const p = firstAtLeast(law.highs, y);
  const low = law.lows[p] ?? Infinity;
  if (!(y >= low)) return 0;
  return interpolate(law.values, p * NODES, (2 * (y - low)) / ((law.highs[p] ?? 0) - low) - 1);
}

/** Shares of the source mass at which first panel edges are put. */
const SEED_LEVELS = [1e-6, 0.01, 0.12, 0.3, 0.5, 0.7, 0.88, 0.99, 1 - 1e-6];

/** Puts a density on panels that no mass of its source (before a blur of `std`) slips through. */
export function onPanels(
  source: PointMasses,
  std: number,
  density: (y: number) => number,
  resolution: Resolution,
): PanelLaw {
  const { positions, masses } = source;
  const running = runningMass(masses);
  const total = running[masses.length] ?? 0;
  const edges = [(positions[0] ?? 0) - TAIL * std];
  const end = (positions[positions.length - 1] ?? 0) + TAIL * std;
  for (const level of SEED_LEVELS) {
    const index = Math.min(positions.length - 1, firstAtLeast(running, level * total));
    const edge = positions[index] ?? 0;
    if (edge > (edges[edges.length - 1] ?? 0) + 2 * std && edge < end - 2 * std) edges.push(edge);
  }
  edges.push(end);
  return buildPanels(density, edges, innerMass(source, std), resolution.tolerance);
}

/**
 * A lower estimate of the mass that a blur of `std` leaves in (low, high). Near an edge a node counts by the logistic
 * approximation of Phi, which is within 0.01; panels shorter than a kernel's width cannot miss a kernel and count 0.
 */
function innerMass({ positions, masses }: PointMasses, std: number): (low: number, high: number) => number {
  const running = runningMass(masses);
  const between = (from: number, to: number): number => (running[to] ?? 0) - (running[from] ?? 0);
  const nearEdge = (edge: number, side: number): number => {
    let sum = 0;
    const from = firstAtLeast(positions, edge - EDGE * std);
    const to = firstAtLeast(positions, edge + EDGE * std);
    for (let i = from; i < to; i++)
      sum += (masses[i] ?? 0) / (1 + Math.exp((-1.702 * side * ((positions[i] ?? 0) - edge)) / std));
    return sum - 0.02 * between(from, to);
  };
  return (low, high) => {
    if (high - low < 2 * EDGE * std) return 0;
    const from = firstAtLeast(positions, low + EDGE * std);
    const to = firstAtLeast(positions, high - EDGE * std);
    const inside = to > from ? between(from, to) : 0;
    return 0.98 * inside + 0.9 * Math.max(0, nearEdge(low, 1) + nearEdge(high, -1));
  };
}

/** Standard deviations from an edge within which a kernel reaches across it. */
const EDGE = 3;

/** Sum of the first i masses, [n + 1]. */
function runningMass(masses: Float64Array): Float64Array {
  const running = new Float64Array(masses.length + 1);
  for (let i = 0; i < masses.length; i++) running[i + 1] = (running[i] ?? 0) + (masses[i] ?? 0);
  return running;
}

/** Total mass of the panels. */
export function panelMass(law: PanelLaw): number {
  let sum = 0;
  law.lows.forEach((low, p) => {
    sum += 0.5 * ((law.highs[p] ?? low) - low) * panelSum(law.values, p * NODES);
  });
  return sum;
}

/** Panels of a density, split until its polynomial is resolved and its mass is at least what `least` knows of. */
export function buildPanels(
  density: (y: number) => number,
  edges: readonly number[],
  least: (low: number, high: number) => number,
  tolerance: number,
): PanelLaw {
  const lows: number[] = [];
  const highs: number[] = [];
  const values: number[] = [];
  const local = new Float64Array(NODES);
  for (let j = 0; j + 1 < edges.length; j++) {
    const pending: [number, number, number][] = [[edges[j] ?? 0, edges[j + 1] ?? 0, 0]];
    for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
      const [low, high, depth] = part;
      const half = 0.5 * (high - low);
      for (let i = 0; i < NODES; i++) local[i] = density(low + half * (1 + (PANEL_NODES[i] ?? 0)));
      const missing = 0.99 * least(low, high) - half * panelSum(local, 0);
      if (
        depth < MOST_SPLITS &&
        lows.length + pending.length < MOST_BUILT &&
        (unresolved(local, 0) * 2 * half > tolerance || missing > tolerance)
      ) {
        const middle = 0.5 * (low + high);
        pending.push([middle, high, depth + 1], [low, middle, depth + 1]);
        continue;
      }
      lows.push(low);
      highs.push(high);
      for (let i = 0; i < NODES; i++) values.push(local[i] ?? 0);
    }
  }
  return {
    lows: Float64Array.from(lows),
    highs: Float64Array.from(highs),
    values: Float64Array.from(values),
  };
}

/** First index of an ascending array whose entry is at least x (its length if none). */
export function firstAtLeast(ascending: Float64Array, x: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < x) low = middle + 1;
    else high = middle;
  }
  return low;
}
