/** The line or plane that a view shows of a law in d dimensions. */
import { mixtureMoments, type GaussianMixture } from "../../diffusion/mixture.ts";
import { symmetricEigen } from "../../math/linear-algebra.ts";

/** Which plane to show of more than two dimensions. */
export type PlaneChoice =
  { readonly kind: "principal" } | { readonly kind: "coordinates"; readonly pair: readonly [number, number] };

/** One axis of the plot: coordinate = vector' x, vector [d] of length 1. */
export interface PlotAxis {
  readonly label: string;
  readonly vector: Float64Array;
}

/**
 * Axes of the plot: the coordinates themselves in 1 and 2 dimensions; above, the chosen pair of coordinates, or the two
 * directions in which the law varies most.
 */
export function plotAxes(law: GaussianMixture, choice: PlaneChoice): PlotAxis[] {
  const d = law.dim;
  if (d === 1) return [{ label: "x", vector: unit(1, 0) }];
  if (d === 2)
    return [
      { label: "x", vector: unit(2, 0) },
      { label: "y", vector: unit(2, 1) },
    ];
  if (choice.kind === "coordinates")
    return choice.pair.map((i) => ({ label: `x${subscript(i + 1)}`, vector: unit(d, i) }));
  const { cov } = mixtureMoments(law);
  const { values, vectors } = symmetricEigen(cov, d);
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  const order = Array.from(values.keys()).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
  return order.slice(0, 2).map((column, rank) => {
    const share = total > 0 ? Math.round((100 * (values[column] ?? 0)) / total) : 0;
    const vector = Float64Array.from({ length: d }, (_, i) => vectors[i * d + column] ?? 0);
    return { label: `principal ${rank + 1} (${share} %)`, vector: signed(vector) };
  });
}

/** The law of the plot coordinates of x. */
export function projectedLaw(law: GaussianMixture, axes: readonly PlotAxis[]): GaussianMixture {
  const { dim: d, count, weights, means, covs } = law;
  const p = axes.length;
  const shadowMeans = new Float64Array(count * p);
  const shadowCovs = new Float64Array(count * p * p);
  for (let k = 0; k < count; k += 1) {
    const cov = covs.subarray(k * d * d, (k + 1) * d * d);
    axes.forEach((a, i) => {
      shadowMeans[k * p + i] = dot(a.vector, means.subarray(k * d, (k + 1) * d));
      axes.forEach((b, j) => {
        shadowCovs[(k * p + i) * p + j] = bilinear(a.vector, cov, b.vector);
      });
    });
  }
  return { dim: p, count, weights, means: shadowMeans, covs: shadowCovs };
}

/** a' C b. */
function bilinear(a: Float64Array, C: Float64Array, b: Float64Array): number {
  const d = a.length;
  let sum = 0;
  for (let i = 0; i < d; i += 1) sum += (a[i] ?? 0) * dot(C.subarray(i * d, (i + 1) * d), b);
  return sum;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

function unit(d: number, i: number): Float64Array {
  const vector = new Float64Array(d);
  vector[i] = 1;
  return vector;
}

/** Largest entry positive, so that a direction does not flip between edits. */
function signed(vector: Float64Array): Float64Array {
  const largest = vector.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? vector.map((value) => -value) : vector;
}

function subscript(index: number): string {
  return [...String(index)].map((digit) => String.fromCodePoint(0x2080 + Number(digit))).join("");
}
