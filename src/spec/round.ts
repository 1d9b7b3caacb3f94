/** Rounding of typed, dragged and fitted numbers, so that every specification made in the page fits a link. */
import { formatLink } from "./link.ts";
import { parseSpec } from "./parse.ts";
import { SpecError } from "./problems.ts";
import { isPositiveSemiDefinite } from "./psd.ts";
import type { ComponentSpec, ExperimentSpec } from "./types.ts";

type Matrix = readonly (readonly number[])[];

/** A finished fit that stands in for raw points. */
export interface FittedPoints {
  readonly components: readonly ComponentSpec[];
  /** Number of points it was fitted to. */
  readonly count: number;
}

/** Mixtures above this many components are rounded more. */
const MANY_COMPONENTS = 8;
/** Significant digits tried in turn until the link fits: of large mixtures, and of all else. */
const DIGITS = [
  { mixture: 4, other: 6 },
  { mixture: 3, other: 6 },
  { mixture: 3, other: 4 },
  { mixture: 3, other: 3 },
  { mixture: 2, other: 3 },
  { mixture: 2, other: 2 },
] as const;

/** Fields that are whole numbers or choices; never rounded. */
const WHOLE = new Set(["steps", "particles", "seed", "count", "maxComponents", "start", "size", "version"]);

/**
 * The specification with numbers of 6 significant digits (4 in mixtures above 8 components; fewer only if the link would
 * not fit), and raw points replaced by their fit if it is given. Covariances stay positive semi-definite. What rounding
 * would make invalid, or what is too large for any link, comes back unrounded.
 */
export function roundForLink(spec: ExperimentSpec, fit?: FittedPoints): ExperimentSpec {
  const source = fit === undefined ? spec : withFit(spec, fit);
  for (const digits of DIGITS) {
    const rounded = parseSpec(roundSpec(source, digits));
    if (rounded.ok && fitsLink(rounded.spec)) return rounded.spec;
  }
  return source;
}

function withFit(spec: ExperimentSpec, { components, count }: FittedPoints): ExperimentSpec {
  const { model } = spec;
  if (model.kind !== "points") return spec;
  const { points: _, ...rest } = model;
  return { ...spec, model: { ...rest, components, count } };
}

function fitsLink(spec: ExperimentSpec): boolean {
  try {
    formatLink(spec);
    return true;
  } catch (error) {
    if (error instanceof SpecError) return false;
    throw error;
  }
}

function roundSpec(spec: ExperimentSpec, digits: (typeof DIGITS)[number]): unknown {
  const { model } = spec;
  const components = "components" in model ? model.components : undefined;
  const many = (components?.length ?? 0) > MANY_COMPONENTS;
  const rounded = roundValue(spec, digits.other) as { model: Record<string, unknown> };
  if (!many || components === undefined) return rounded;
  return { ...rounded, model: { ...rounded.model, components: roundValue(components, digits.mixture) } };
}

function roundValue(value: unknown, digits: number, key = ""): unknown {
  if (typeof value === "number") return WHOLE.has(key) ? value : Number(value.toPrecision(digits));
  if (Array.isArray(value)) {
    if (key === "steps") return value;
    const matrix = (key === "cov" || key === "matrix") && value.every(Array.isArray);
    return matrix ? roundMatrix(value as Matrix, digits) : value.map((item) => roundValue(item, digits));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, roundValue(v, digits, k)]));
}

/** Rounds a positive semi-definite matrix; where that breaks the property, variances are raised by the rounding error. */
function roundMatrix(matrix: Matrix, digits: number): Matrix {
  const rounded = matrix.map((row) => row.map((v) => Number(v.toPrecision(digits))));
  if (isPositiveSemiDefinite(rounded)) return rounded;
  const error = Math.max(
    ...matrix.flatMap((row, i) => row.map((v, j) => Math.abs(v - (rounded[i]?.[j] ?? 0)))),
  );
  // Gershgorin: adding d times the largest change to the diagonal undoes whatever the change did.
  const lift = matrix.length * error;
  return rounded.map((row, i) => row.map((v, j) => (i === j ? roundUp(v + lift, digits) : v)));
}

function roundUp(value: number, digits: number): number {
  const nearest = Number(value.toPrecision(digits));
  if (nearest >= value) return nearest;
  const unit = 10 ** (Math.floor(Math.log10(value)) - digits + 1);
  return Number((nearest + unit).toPrecision(digits));
}
