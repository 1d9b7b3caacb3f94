/** Programs, and what f32 may do to them, for tests of engines. */
import { gaussianProgram, mixtureProgram } from "../../src/diffusion/builders.ts";
import { samplerCoefficients, type SamplerKind } from "../../src/diffusion/coefficients.ts";
import { createGrid, type GridParameters } from "../../src/diffusion/grid.ts";
import { type GaussianMixture, mixtureDenoise, mixtureFromComponents } from "../../src/diffusion/mixture.ts";
import type { Process } from "../../src/diffusion/process.ts";
import { createProcess, type ProcessParameters } from "../../src/diffusion/processes/index.ts";
import type { LinearProgram, MixtureProgram, StepCoefficients } from "../../src/diffusion/program.ts";
import { fillNormals, PRIOR_STREAM, STEP_STREAM } from "../../src/math/philox.ts";

/** Rounding unit of f32. */
export const F32 = 2 ** -24;

/**
 * Largest error of a normal computed in f32: shaders/lib/normal.wgsl promises -2 ln u to a relative 5e-7 (2.5e-7 in the
 * radius) and the sine to 1.2e-7 of the radius, at most 5.77; three roundings more.
 */
export const NORMAL_F32 = 5.77 * (2.5e-7 + 1.2e-7 + 3 * F32);
/** The same in f64 with the tables of src/engine/cpu: 1e-15 in the logarithm is 1e-12 where the radius is 3.5e-4. */
export const NORMAL_F64 = 3e-12;

export const VE: ProcessParameters = { kind: "ve", T: 5 };
export const VP: ProcessParameters = { kind: "vp", beta: { kind: "linear", min: 0.1, max: 20 }, T: 1 };
export const FLOW: ProcessParameters = { kind: "flow", T: 1 };

export interface SamplerSetup {
  readonly process: ProcessParameters;
  readonly kind?: SamplerKind;
  readonly grid?: GridParameters;
  readonly steps: number;
  readonly eta: number;
}

/** Process and coefficients of a set-up; gddim on a quadratic grid unless it says otherwise. */
export function setUp({ process: parameters, kind = "gddim", grid, steps, eta }: SamplerSetup): {
  readonly process: Process;
  readonly coefficients: StepCoefficients[];
} {
  const process = createProcess(parameters);
  const times = createGrid(grid ?? { kind: "power", power: 2 }, process, steps);
  return {
    process,
    coefficients: samplerCoefficients(kind, process, times, new Float64Array(steps).fill(eta)),
  };
}

/** A mixture program; `components` as in the specification. */
export function mixtureArm(mixture: GaussianMixture, setup: SamplerSetup): MixtureProgram {
  const { process, coefficients } = setUp(setup);
  return mixtureProgram(mixture, process, coefficients);
}

/** A linear program for N(mean, cov). */
export function gaussianArm(mean: readonly number[], cov: Float64Array, setup: SamplerSetup): LinearProgram {
  const { process, coefficients } = setUp(setup);
  return gaussianProgram(mean, cov, process, coefficients);
}

/** Two unequal components in 1-D. */
export const PAIR = mixtureFromComponents([
  { weight: 1, mean: [-1], cov: [[0.2]] },
  { weight: 2, mean: [1.2], cov: [[0.05]] },
]);

/** Five components in 2-D, with correlations. */
export const FIVE = mixtureFromComponents(
  Array.from({ length: 5 }, (_, i) => {
    const angle = (2 * Math.PI * i) / 5;
    const tilt = 0.05 * Math.cos(3 * angle);
    return {
      weight: 1 + i,
      mean: [1.5 * Math.cos(angle), 1.5 * Math.sin(angle)],
      cov: [
        [0.12, tilt],
        [tilt, 0.08],
      ],
    };
  }),
);

/** cov[i][j] = 0.8 * 0.6^|i - j|, a full covariance in any dimension. */
export function decayingCov(d: number): Float64Array {
  return Float64Array.from(
    { length: d * d },
    (_, ij) => 0.8 * 0.6 ** Math.abs(Math.floor(ij / d) - (ij % d)),
  );
}

/**
 * One trajectory of a mixture program in f64, written without the engines' code: frames [N + 1][d]. `disturb(size)` is added
 * wherever a device rounds; it returns 0 for the exact trajectory.
 */
export function mixtureTrajectory(
  program: MixtureProgram,
  seed: number,
  particle: number,
  disturb: (size: number) => number = () => 0,
): Float64Array[] {
  const { dim: d } = program;
  const z = new Float64Array(d);
  const drawn = (stream: number, start: number): Float64Array => {
    fillNormals(z, 0, { seed, stream }, particle, start, d);
    return z.map((value) => value + disturb(NORMAL_F32));
  };
  const denoised = (x: Float64Array, alpha: number, sigma: number): Float64Array => {
    const out = new Float64Array(d);
    // Rounding of x and of the exponents acts like a move of x by some units in the last place.
    mixtureDenoise(
      program.mixture,
      alpha,
      sigma,
      x.map((value) => value + disturb(4 * F32 * Math.abs(value))),
      0,
      out,
    );
    return out.map((value) => value + disturb(16 * F32 * Math.abs(value)));
  };
  let x = drawn(PRIOR_STREAM, 0).map((value) => program.priorStd * value);
  const frames = [x];
  program.coefficients.forEach((step, k) => {
    const noise = drawn(STEP_STREAM, k * d);
    const first = denoised(x, step.alphaT, step.sigmaT);
    const sum = (terms: readonly number[]): number =>
      terms.reduce((a, b) => a + b, 0) + disturb(3 * F32 * terms.reduce((a, b) => a + Math.abs(b), 0));
    const y = x.map((value, i) => sum([step.cx * value, step.c0 * first[i]!, step.cz * noise[i]!]));
    const c = step.corrector;
    if (c) {
      const second = denoised(y, step.alphaS, step.sigmaS);
      x = x.map((value, i) =>
        sum([c.ex * value, c.e0 * first[i]!, c.ey * y[i]!, c.e1 * second[i]!, c.ez * noise[i]!]),
      );
    } else x = y;
    frames.push(x);
  });
  return frames;
}

/** Disturbed runs that a tolerance is taken from. */
const REPLICAS = 12;
/**
 * Extreme of a disturbance over REPLICAS runs to the largest a device may do: random signs partly cancel over the steps,
 * rounding need not, and a dozen runs do not show the worst.
 */
const SAFETY = 8;

/**
 * What f32 may do to one trajectory: frames [N + 1][d] of allowed distances, from the spread of runs in which every
 * operation is disturbed by its f32 error bound (stochastic arithmetic). Follows the true sensitivity, also where a particle
 * passes close to a watershed between components.
 */
export function f32Tolerance(program: MixtureProgram, seed: number, particle: number): Float64Array[] {
  const exact = mixtureTrajectory(program, seed, particle);
  const allowed = exact.map((x) => x.map((value) => 4 * F32 * Math.abs(value) + 1e-9));
  let state = 0x12345;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  for (let replica = 0; replica < REPLICAS; replica++)
    mixtureTrajectory(program, seed, particle, (size) => size * random()).forEach((x, k) =>
      x.forEach((value, i) => {
        allowed[k]![i] = Math.max(allowed[k]![i]!, SAFETY * Math.abs(value - exact[k]![i]!));
      }),
    );
  return allowed;
}

/**
 * A rigorous f32 bound along one trajectory of a linear program, in the coordinates of y: every product and sum rounds once.
 * Returns the exact end in data coordinates and the bound of each coordinate.
 */
export function linearTrajectory(
  program: LinearProgram,
  seed: number,
  particle: number,
  unit: number,
  normalError: number,
): { readonly x: Float64Array; readonly bound: Float64Array } {
  const { dim: d, diagonal, A, b, c, basis } = program;
  const noise = program.noise ?? null;
  const z = new Float64Array(d);
  fillNormals(z, 0, { seed, stream: PRIOR_STREAM }, particle, 0, d);
  let y = z.map((value) => program.priorStd * value);
  let error = y.map((value) => program.priorStd * normalError + 2 * unit * Math.abs(value));
  const entry = (M: Float64Array, k: number, i: number, j: number): number =>
    diagonal ? (i === j ? M[k * d + i]! : 0) : M[k * d * d + i * d + j]!;
  const gamma = (diagonal ? 6 : d + 6) * unit;
  for (let k = 0; k < program.steps; k++) {
    fillNormals(z, 0, { seed, stream: STEP_STREAM }, particle, k * d, d);
    const next = new Float64Array(d);
    const nextError = new Float64Array(d);
    for (let i = 0; i < d; i++) {
      let size = Math.abs(b[k * d + i]!);
      next[i] = b[k * d + i]!;
      for (let j = 0; j < d; j++) {
        const a = entry(A, k, i, j);
        const w = noise ? entry(noise, k, i, j) : i === j ? c[k]! : 0;
        next[i]! += a * y[j]! + w * z[j]!;
        size += Math.abs(a * y[j]!) + Math.abs(w * z[j]!);
        nextError[i]! += Math.abs(a) * error[j]! + Math.abs(w) * normalError;
      }
      nextError[i]! += gamma * size;
    }
    y = next;
    error = nextError;
  }
  if (!basis) return { x: y, bound: error };
  const rotate = (v: Float64Array, m: (value: number) => number): Float64Array =>
    Float64Array.from({ length: d }, (_, i) =>
      v.reduce((sum, value, j) => sum + m(basis[i * d + j]!) * value, 0),
    );
  const sizes = rotate(y.map(Math.abs), Math.abs);
  return {
    x: rotate(y, (w) => w),
    bound: rotate(error, Math.abs).map((e, i) => e + (d + 2) * unit * sizes[i]!),
  };
}
