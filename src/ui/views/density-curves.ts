/** What the 1-D density plot draws at one frame. */
import type { ArmChoice, ViewData } from "../../lab/views.ts";
import type { Hue } from "../../measure/series.ts";
import { armName } from "./arm-style.ts";
import { frameHistogram, type LineHistogram } from "./particle-values.ts";
import { interpolateAt } from "./plot-scale.ts";

/** An exact density. */
export interface DensityCurve {
  readonly label: string;
  readonly hue: Hue;
  readonly dash: string | undefined;
  readonly x: Float64Array;
  readonly y: ArrayLike<number>;
  at(x: number): number;
}

/** A measured density. */
export interface ArmHistogram {
  readonly arm: ArmChoice;
  readonly histogram: LineHistogram;
  readonly peak: number;
}

const BINS = 64;

/** Exact laws and histograms of one frame of a 1-D view. */
export function densityCurves(data: ViewData, values: readonly Float32Array[], frame: number) {
  const at = data.frames[frame];
  const exact: DensityCurve[] = [];
  const histograms: ArmHistogram[] = [];
  if (at === undefined) return { exact, histograms };
  const lo = at.window.lo[0] ?? 0;
  const hi = at.window.hi[0] ?? 1;
  const xs = gridOf(lo, hi, at.data.values.length);
  exact.push(curve("data, exact", "data", "2 3", xs, at.data.values));
  if (at.target !== null) exact.push(curve("target, exact", "target", "9 4 2 4", xs, at.target.values));
  data.arms.forEach((arm, a) => {
    const law = at.arms[a];
    const final = frame === data.frames.length - 1 ? data.finalLaws[a] : null;
    const label = `${armName(arm)}, exact at N = ${data.steps}`;
    const dash = arm.id === "ode" ? "5 3" : undefined;
    if (law !== null && law !== undefined) exact.push(curve(label, arm.id, dash, xs, law.values));
    else if (final !== null && final !== undefined)
      exact.push(curve(label, arm.id, dash, final.x, final.density));
    const histogram = frameHistogram(
      values[a] ?? new Float32Array(0),
      data.job.particles,
      frame,
      lo,
      hi,
      BINS,
    );
    histograms.push({ arm, histogram, peak: histogram.density.reduce((p, q) => Math.max(p, q), 0) });
  });
  return { exact, histograms };
}

function curve(
  label: string,
  hue: Hue,
  dash: string | undefined,
  x: Float64Array,
  y: ArrayLike<number>,
): DensityCurve {
  return { label, hue, dash, x, y, at: (at) => interpolateAt(x, y, at) };
}

function gridOf(lo: number, hi: number, n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => lo + ((hi - lo) * i) / (n - 1));
}
