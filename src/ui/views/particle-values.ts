/** Numbers read from a recording: one coordinate of one particle, histograms and means of a frame. */
import type { Estimate } from "../../measure/estimate.ts";
import type { PlotAxis, ViewData } from "../../lab/views.ts";

/** Where values [frames, particles, dim] keep their numbers. */
export interface RecordedShape {
  readonly particles: number;
  readonly dim: number;
}

/** Shape of the recordings of a view. */
export function shapeOf(data: ViewData): RecordedShape {
  return { particles: data.job.particles, dim: data.dim };
}

/** Coordinate of a particle along a plot axis. */
export function along(
  values: Float32Array,
  { particles, dim }: RecordedShape,
  axis: PlotAxis,
  frame: number,
  particle: number,
): number {
  const at = (frame * particles + particle) * dim;
  let sum = 0;
  for (let j = 0; j < dim; j += 1) sum += (axis.vector[j] ?? 0) * (values[at + j] ?? NaN);
  return sum;
}

/** x [frames, dim] of one particle. */
export function pathOf(
  values: Float32Array,
  { particles, dim }: RecordedShape,
  particle: number,
): Float64Array {
  const frames = values.length / (particles * dim);
  const path = new Float64Array(frames * dim);
  for (let frame = 0; frame < frames; frame += 1) {
    const at = (frame * particles + particle) * dim;
    path.set(values.subarray(at, at + dim), frame * dim);
  }
  return path;
}

/** Densities of the particles of a frame in equal cells, and the standard error of each. */
export interface LineHistogram {
  readonly lo: number;
  readonly width: number;
  readonly density: Float64Array;
  readonly se: Float64Array;
}

/** Histogram of a 1-D frame on [lo, hi]; particles outside count in the total. */
export function frameHistogram(
  values: Float32Array,
  particles: number,
  frame: number,
  lo: number,
  hi: number,
  bins: number,
): LineHistogram {
  const counts = new Float64Array(bins);
  const width = (hi - lo) / bins;
  for (let i = frame * particles; i < (frame + 1) * particles; i += 1) {
    const cell = Math.floor(((values[i] ?? NaN) - lo) / width);
    if (cell >= 0 && cell < bins) counts[cell] = (counts[cell] ?? 0) + 1;
  }
  const scale = 1 / (particles * width);
  return {
    lo,
    width,
    density: counts.map((count) => count * scale),
    se: counts.map((count) => Math.sqrt(count * (1 - count / particles)) * scale),
  };
}

/** Mean of finite numbers with its standard error. */
export function meanOf(values: ArrayLike<number>): Estimate {
  let n = 0;
  let mean = 0;
  let spread = 0;
  // Welford: one pass, no cancellation.
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? NaN;
    if (!Number.isFinite(value)) continue;
    n += 1;
    const step = value - mean;
    mean += step / n;
    spread += step * (value - mean);
  }
  return { value: n > 0 ? mean : NaN, se: n > 1 ? Math.sqrt(spread / (n - 1) / n) : Infinity, n };
}

/** Variance of finite numbers with its standard error, from the fourth moment. */
export function varianceOf(values: ArrayLike<number>): Estimate {
  const { value: mean } = meanOf(values);
  const squares = Float64Array.from({ length: values.length }, (_, i) => ((values[i] ?? NaN) - mean) ** 2);
  const estimate = meanOf(squares);
  const bias = estimate.n > 1 ? estimate.n / (estimate.n - 1) : NaN;
  return { ...estimate, value: estimate.value * bias };
}
