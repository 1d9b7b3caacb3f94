/**
 * A 1-D density on panels, and its push through one Gaussian kernel y = F(x) + s z.
 *
 * Wide kernels: p_s(y) = sum_i m_i N(y; F(x_i), s^2) over Gauss-Legendre nodes, on source panels split until the image of
 * each spans a few s. Narrow kernels (s tiny against the law, F increasing): the density is first carried through F by the
 * change of variables and then averaged over z by Gauss-Hermite. The result is put on new panels, split until resolved and
 * until no panel misses mass that its source has.
 */
import { gaussHermite } from "../math/quadrature.ts";
import type { SlopedMap } from "./mixture-map.ts";
import { interpolate, NODES, PANEL_NODES, PANEL_WEIGHTS, panelSum, unresolved } from "./panel-rule.ts";
import {
  buildPanels,
  firstAtLeast,
  MOST_SPLITS,
  onPanels,
  panelMass,
  type PanelLaw,
  type PointMasses,
  type Resolution,
  TAIL,
  valueAt,
} from "./panels.ts";

const NO_MASS = 1e-18;
/** Panels lighter than this do not count for the spread of a law. */
const NO_SPREAD = 1e-6;

/** Source panels past which the narrow rule takes over, and past which nothing helps. */
const WIDE_PANELS = 200;

/** Standard deviations of the kernel that the shortest panel of the density must exceed for the narrow rule. */
const NARROW = 4;

const MOST_PANELS = 8000;
/** Mass whose loss tells that the narrow rule has missed something. */
const LOST_MASS = 1e-7;

/**
 * The law of F(X) + std z for X from `law`; std > 0. null where F is too wild for its kernel (a sampler that diverges).
 */
export function pushThroughKernel(
  law: PanelLaw,
  map: SlopedMap,
  std: number,
  resolution: Resolution,
): PanelLaw | null {
  const wide = imageMasses(law, map, { extent: resolution.reach * std, scale: std }, resolution, WIDE_PANELS);
  if (wide !== null) return onPanels(wide, std, kernelSum(wide, std), resolution);
  const coarse = imageMasses(law, map, null, resolution, MOST_PANELS);
  const carried = coarse !== null && isIncreasing(law, map) ? carriedPanels(law, map, resolution) : null;
  const narrow = (): PanelLaw | null =>
    coarse === null || carried === null
      ? null
      : onPanels(coarse, std, narrowSum(carried, std, resolution.narrowNodes), resolution);
  const isNarrow = carried !== null && leastScale(carried, resolution) > NARROW * std;
  if (isNarrow) {
    const result = narrow();
    if (result !== null && Math.abs(panelMass(result) - panelMass(law)) < LOST_MASS) return result;
  }
  const fine = imageMasses(law, map, { extent: resolution.reach * std, scale: std }, resolution, MOST_PANELS);
  // Too many panels for the wide rule: the narrow one still holds mass, and the error shown tells how well.
  return fine === null ? narrow() : onPanels(fine, std, kernelSum(fine, std), resolution);
}

/**
 * Masses of F(X) at the nodes of panels split until F is resolved on each and, with `kernel`, until its image spans at
 * most kernel.extent. null if that takes more than `most` panels. Unresolved parts of F count in kernel.scale, else in the
 * spread of all images.
 */
export function imageMasses(
  law: PanelLaw,
  map: SlopedMap,
  kernel: { readonly extent: number; readonly scale: number } | null,
  resolution: Resolution,
  most: number,
): PointMasses | null {
  const positions: number[] = [];
  const masses: number[] = [];
  const images = new Float64Array(NODES);
  const scratch = new Float64Array(2);
  const blur = kernel?.scale ?? imageScale(law, map);
  if (kernel !== null && leastPanels(law, map, kernel.extent) > most) return null;
  let panels = 0;
  for (let p = 0; p < law.lows.length; p++) {
    const low = law.lows[p] ?? 0;
    const high = law.highs[p] ?? 0;
    const mass = 0.5 * (high - low) * panelSum(law.values, p * NODES);
    if (Math.abs(mass) < NO_MASS) continue;
    const pending: [number, number, number][] = [[-1, 1, 0]];
    for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
      const [a, b, depth] = part;
      let least = Infinity;
      let largest = -Infinity;
      for (let i = 0; i < NODES; i++) {
        const local = a + 0.5 * (b - a) * (1 + (PANEL_NODES[i] ?? 0));
        map(low + 0.5 * (high - low) * (1 + local), scratch);
        const image = scratch[0] ?? 0;
        images[i] = image;
        least = Math.min(least, image);
        largest = Math.max(largest, image);
      }
      const extent = largest - least;
      const share = (Math.abs(mass) * (b - a)) / 2;
      const rough = (unresolved(images, 0) / blur) * share > resolution.tolerance;
      if (depth < MOST_SPLITS && (rough || (kernel !== null && extent > kernel.extent))) {
        // A long image is cut into as many parts as it needs at once; a rough one in two.
        const parts = kernel === null ? 2 : Math.max(2, Math.min(64, Math.ceil(extent / kernel.extent)));
        if (panels + pending.length + parts > most) return null;
        for (let j = parts - 1; j >= 0; j--)
          pending.push([a + ((b - a) * j) / parts, a + ((b - a) * (j + 1)) / parts, depth + 1]);
        continue;
      }
      panels++;
      const half = 0.25 * (high - low) * (b - a);
      for (let i = 0; i < NODES; i++) {
        const local = a + 0.5 * (b - a) * (1 + (PANEL_NODES[i] ?? 0));
        const density =
          depth === 0 ? (law.values[p * NODES + i] ?? 0) : interpolate(law.values, p * NODES, local);
        positions.push(images[i] ?? 0);
        masses.push(density * half * (PANEL_WEIGHTS[i] ?? 0));
      }
    }
  }
  return sorted(positions, masses);
}

/** Panels that images of at most `extent` need at least. */
function leastPanels(law: PanelLaw, map: SlopedMap, extent: number): number {
  const scratch = new Float64Array(2);
  let count = 0;
  law.lows.forEach((a, p) => {
    const b = law.highs[p] ?? a;
    if (Math.abs(0.5 * (b - a) * panelSum(law.values, p * NODES)) < NO_MASS) return;
    map(a, scratch);
    const from = scratch[0] ?? 0;
    map(b, scratch);
    count += Math.abs((scratch[0] ?? 0) - from) / extent;
  });
  return count;
}

/** Spread of F over the panels with mass, but no less than where rounding of F itself shows. */
function imageScale(law: PanelLaw, map: SlopedMap): number {
  const scratch = new Float64Array(2);
  let low = Infinity;
  let high = -Infinity;
  law.lows.forEach((a, p) => {
    const b = law.highs[p] ?? a;
    if (0.5 * (b - a) * panelSum(law.values, p * NODES) < NO_SPREAD) return;
    for (const x of [a, 0.5 * (a + b), b]) {
      map(x, scratch);
      low = Math.min(low, scratch[0] ?? 0);
      high = Math.max(high, scratch[0] ?? 0);
    }
  });
  return Math.max(high - low, 1e-6 * Math.max(Math.abs(low), Math.abs(high)), Number.MIN_VALUE);
}

function sorted(positions: readonly number[], masses: readonly number[]): PointMasses {
  const n = positions.length;
  let ascending = true;
  for (let i = 1; i < n && ascending; i++) ascending = (positions[i] ?? 0) >= (positions[i - 1] ?? 0);
  if (ascending) return { positions: Float64Array.from(positions), masses: Float64Array.from(masses) };
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  order.sort((i, j) => (positions[i] ?? 0) - (positions[j] ?? 0));
  return {
    positions: Float64Array.from(order, (i) => positions[i] ?? 0),
    masses: Float64Array.from(order, (i) => masses[i] ?? 0),
  };
}

/** y -> sum_i m_i N(y; u_i, std^2). */
function kernelSum(source: PointMasses, std: number): (y: number) => number {
  const { positions, masses } = source;
  const scale = 1 / (std * Math.sqrt(2 * Math.PI));
  const rate = -0.5 / (std * std);
  return (y) => {
    let sum = 0;
    const last = y + TAIL * std;
    for (let i = firstAtLeast(positions, y - TAIL * std); i < positions.length; i++) {
      const u = positions[i] ?? 0;
      if (u > last) break;
      sum += (masses[i] ?? 0) * Math.exp(rate * (y - u) * (y - u));
    }
    return sum * scale;
  };
}

/** The density of F(X) on the images of the panels, split further where F bends; F increasing. May miss a spike: check the mass. */
function carriedPanels(law: PanelLaw, map: SlopedMap, resolution: Resolution): PanelLaw {
  const scratch = new Float64Array(2);
  const ends = Array.from([...law.lows, law.highs[law.highs.length - 1] ?? 0], (x) => {
    map(x, scratch);
    return scratch[0] ?? 0;
  });
  return buildPanels(carriedDensity(law, map), ends, () => 0, resolution.tolerance);
}

/** Length of the shortest panel that holds mass to speak of: the density varies on no smaller scale than a fraction of it. */
function leastScale(law: PanelLaw, resolution: Resolution): number {
  let least = Infinity;
  for (let p = 0; p < law.lows.length; p++) {
    const length = (law.highs[p] ?? 0) - (law.lows[p] ?? 0);
    if (0.5 * length * panelSum(law.values, p * NODES) > 100 * resolution.tolerance)
      least = Math.min(least, length);
  }
  return least;
}

/** y -> E_z p(y - std z) by Gauss-Hermite, for a density that is smooth on the scale of std. */
function narrowSum(law: PanelLaw, std: number, nodes: number): (y: number) => number {
  const rule = gaussHermite(nodes);
  return (y) => {
    let sum = 0;
    for (let m = 0; m < nodes; m++)
      sum += (rule.weights[m] ?? 0) * valueAt(law, y - std * (rule.nodes[m] ?? 0));
    return sum;
  };
}

/** Density of F(X) for an increasing F: p(x) / F'(x) at x = F^-1(u), found by safeguarded Newton steps. */
export function carriedDensity(law: PanelLaw, map: SlopedMap): (u: number) => number {
  const { lows, highs } = law;
  const edges = Float64Array.from([...lows, highs[highs.length - 1] ?? 0]);
  const scratch = new Float64Array(2);
  const images = edges.map((x) => {
    map(x, scratch);
    return scratch[0] ?? 0;
  });
  return (u) => {
    const p = firstAtLeast(images, u) - 1;
    if (p < 0 || p >= lows.length) return 0;
    let a = edges[p] ?? 0;
    let b = edges[p + 1] ?? 0;
    const span = (images[p + 1] ?? 0) - (images[p] ?? 0);
    let x = span > 0 ? a + ((b - a) * (u - (images[p] ?? 0))) / span : 0.5 * (a + b);
    for (let i = 0; i < 60; i++) {
      map(x, scratch);
      const excess = (scratch[0] ?? 0) - u;
      if (excess > 0) b = x;
      else a = x;
      const newton = x - excess / (scratch[1] ?? 1);
      const next = newton > a && newton < b ? newton : 0.5 * (a + b);
      if (Math.abs(next - x) <= 1e-13 * Math.max(Math.abs(x), b - a)) break;
      x = next;
    }
    const low = lows[p] ?? 0;
    const high = highs[p] ?? 0;
    const density = interpolate(law.values, p * NODES, (2 * (x - low)) / (high - low) - 1);
    const slope = scratch[1] ?? 1;
    return slope > 0 ? density / slope : 0;
  };
}

/** True if F increases wherever the law has mass. */
export function isIncreasing(law: PanelLaw, map: SlopedMap): boolean {
  const scratch = new Float64Array(2);
  for (let p = 0; p < law.lows.length; p++) {
    const low = law.lows[p] ?? 0;
    const high = law.highs[p] ?? 0;
    for (let i = 0; i < NODES; i++) {
      map(low + 0.5 * (high - low) * (1 + (PANEL_NODES[i] ?? 0)), scratch);
      if (!((scratch[1] ?? 0) > 0)) return false;
    }
  }
  return true;
}
