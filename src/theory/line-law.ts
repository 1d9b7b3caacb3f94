/** A law on the line known by quadrature: moments, expectations, quantiles and a density to draw, each with its error. */
import { composed, type SlopedMap } from "./mixture-map.ts";
import { carriedDensity, imageMasses, isIncreasing } from "./panel-law.ts";
import { firstAtLeast, panelMass, type PanelLaw, type PointMasses, type Resolution } from "./panels.ts";

/** A number with its numerical error. */
export interface Approximate {
  readonly value: number;
  readonly error: number;
}

export interface LineLaw {
  readonly mean: number;
  readonly variance: number;
  /** Numerical error of mean and variance, the larger of the two. */
  readonly error: number;
  /** E f(X) with its numerical error. */
  expectation(f: (x: number) => number): Approximate;
  /** x with P(X <= x) = p, for p in (0, 1), linear between nodes. */
  quantile(p: number): number;
  /** Nodes and masses (sum 1) that stand for the law in sums; `check`: those of the coarser computation. */
  readonly nodes: PointMasses;
  readonly check: PointMasses;
  /** Points [n], ascending, and the density there [n], for drawing. */
  readonly x: Float64Array;
  readonly density: Float64Array;
}

/** A density on panels followed by deterministic maps. */
export interface MappedPanels {
  readonly panels: PanelLaw;
  readonly maps: readonly SlopedMap[];
}

/** Joins a fine and a coarse computation of one law; their difference is the error. null where either is not resolved. */
export function lineLaw(
  fine: MappedPanels,
  coarse: MappedPanels,
  at: Resolution,
  coarseAt: Resolution,
): LineLaw | null {
  const rough = resolvedMasses(fine, at);
  const roughCheck = resolvedMasses(coarse, coarseAt);
  if (rough === null || roughCheck === null) return null;
  const nodes = refinedMasses(fine, at, rough);
  const check = refinedMasses(coarse, coarseAt, roughCheck);
  // Mass that slipped through the panels may have been anywhere.
  const lostMass = Math.max(0, Math.abs(panelMass(fine.panels) - 1) - 1e-12);
  const expectation = (f: (x: number) => number): Approximate => {
    const value = average(nodes, f);
    const lost = lostMass === 0 ? 0 : lostMass * (Math.abs(value) + average(nodes, (x) => Math.abs(f(x))));
    return { value, error: Math.abs(value - average(check, f)) + lost };
  };
  const mean = average(nodes, (x) => x);
  const variance = average(nodes, (x) => (x - mean) ** 2);
  const checkMean = average(check, (x) => x);
  const checkVariance = average(check, (x) => (x - checkMean) ** 2);
  const running = cumulative(nodes);
  const quantile = (p: number): number => {
    const index = firstAtLeast(running, p);
    const after = nodes.positions[Math.min(index, running.length - 1)] ?? NaN;
    if (index === 0 || index >= running.length) return after;
    const before = nodes.positions[index - 1] ?? NaN;
    const [low = 0, high = 1] = running.subarray(index - 1, index + 1);
    return high > low ? before + ((p - low) / (high - low)) * (after - before) : after;
  };
  let drawingOf: Drawing | null = null;
  // Only charts need it, sweeps over eta do not.
  const drawn = (): Drawing => (drawingOf ??= drawing(fine, nodes, quantile));
  return {
    mean,
    variance,
    error:
      Math.max(Math.abs(mean - checkMean), Math.abs(variance - checkVariance)) +
      2 * lostMass * (Math.abs(mean) + variance),
    expectation,
    quantile,
    nodes: rough,
    check: roughCheck,
    get x() {
      return drawn().x;
    },
    get density() {
      return drawn().density;
    },
  };
}

/** Nodes after the pending maps, on panels split until the maps are resolved. */
function resolvedMasses(law: MappedPanels, resolution: Resolution): PointMasses | null {
  const masses = imageMasses(law.panels, composed(law.maps), null, resolution, MOST_PANELS);
  if (masses === null) return null;
  const result = normalised(masses);
  return Number.isFinite(average(result, (x) => x * x)) ? result : null;
}

/** The same, dense enough for rewards that vary within a fraction of the law's width. */
function refinedMasses(law: MappedPanels, resolution: Resolution, rough: PointMasses): PointMasses {
  const mean = average(rough, (x) => x);
  const std = Math.sqrt(average(rough, (x) => (x - mean) ** 2));
  if (!(std > 0)) return rough;
  const kernel = { extent: resolution.reach * 0.1 * std, scale: std };
  const fine = imageMasses(law.panels, composed(law.maps), kernel, resolution, 2_000);
  return fine === null ? rough : normalised(fine);
}

function normalised({ positions, masses }: PointMasses): PointMasses {
  const total = masses.reduce((sum, m) => sum + m, 0);
  return { positions, masses: masses.map((m) => m / total) };
}

function average({ positions, masses }: PointMasses, f: (x: number) => number): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < positions.length; i++) {
    sum += (masses[i] ?? 0) * f(positions[i] ?? 0);
    total += masses[i] ?? 0;
  }
  return sum / total;
}

/** P(X <= position) of each node, half of its own mass counted. */
function cumulative({ masses }: PointMasses): Float64Array {
  const out = new Float64Array(masses.length);
  let sum = 0;
  masses.forEach((m, i) => {
    out[i] = sum + m / 2;
    sum += m;
  });
  return out;
}

const MOST_PANELS = 20_000;
const EVEN_POINTS = 241;
const QUANTILE_POINTS = 240;

interface Drawing {
  readonly x: Float64Array;
  readonly density: Float64Array;
}

/** Density at evenly spaced points and at quantiles; by bins where the maps fold over. */
function drawing(law: MappedPanels, nodes: PointMasses, quantile: (p: number) => number): Drawing {
  const low = quantile(1e-6);
  const high = quantile(1 - 1e-6);
  // All mass in one point has no density to draw.
  if (!(high > low)) return { x: Float64Array.of(low), density: Float64Array.of(0) };
  const map = composed(law.maps);
  if (!isIncreasing(law.panels, map)) return binned(nodes, low, high);
  const points = new Set<number>();
  for (let i = 0; i < EVEN_POINTS; i++) points.add(low + ((high - low) * i) / (EVEN_POINTS - 1));
  for (let i = 0; i < QUANTILE_POINTS; i++) points.add(quantile((i + 0.5) / QUANTILE_POINTS));
  const x = Float64Array.from(points).sort();
  const density = carriedDensity(law.panels, map);
  return {
    x,
    density: x.map((u) => {
      const value = density(u);
      // Nor has an atom among other mass.
      return value > 0 && value < Infinity ? value : 0;
    }),
  };
}

function binned({ positions, masses }: PointMasses, low: number, high: number) {
  const bins = EVEN_POINTS;
  const width = (high - low) / bins || Number.MIN_VALUE;
  const density = new Float64Array(bins);
  positions.forEach((u, i) => {
    const bin = Math.floor((u - low) / width);
    if (bin >= 0 && bin < bins) density[bin] = (density[bin] ?? 0) + (masses[i] ?? 0) / width;
  });
  return { x: density.map((_, i) => low + (i + 0.5) * width), density };
}
