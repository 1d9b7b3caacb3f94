/** What the kernels of single sampler steps share: parameters, and a model's output as two factors of the step's mean. */
import sums from "../../../shaders/lib/sums.wgsl?raw";
import sumsLanes from "../../../shaders/lib/sums_lanes.wgsl?raw";
import transition from "../../../shaders/lib/transition.wgsl?raw";
import transitionLanes1 from "../../../shaders/lib/transition_lanes_1.wgsl?raw";
import transitionLanes4 from "../../../shaders/lib/transition_lanes_4.wgsl?raw";
import transitionSum from "../../../shaders/lib/transition_sum.wgsl?raw";
import { uniformLayout, type FieldValues } from "../../gpu/uniform-layout.ts";
import type { StepCoefficients } from "../../diffusion/program.ts";
import type { Prediction } from "../engine.ts";
import { workgroups } from "./chain.ts";
import { lanesPerPoint } from "./shader-math.ts";

export const TRANSITION_PARAMS = uniformLayout("TransitionParams", {
  dim: "u32",
  quads: "u32",
  particles: "u32",
  number: "u32",
  seed: "u32",
  stream: "u32",
  accumulate: "u32",
  zero: "u32",
  fx: "f32",
  fo: "f32",
  tau: "f32",
  per_tau: "f32",
  constant: "vec2f",
  first: "u32",
});

/** Texts of the kernels' common part; they need those of randomTexts. */
export function transitionTexts(software: boolean): readonly string[] {
  return [sums, sumsLanes, transition, software ? transitionLanes1 : transitionLanes4, transitionSum];
}

/** A step of P particles in D dimensions; buffers hold rows padded to a multiple of four numbers. */
export interface Transition {
  readonly dim: number;
  readonly particles: number;
  readonly prediction: Prediction;
  readonly step: StepCoefficients;
  /** Adds to the log densities that are there, so that a trajectory's sum builds up step by step. */
  readonly accumulate?: boolean;
  /** Number of the first particle in the random rows, 0 by default: a part of a larger batch draws what the whole would. */
  readonly first?: number;
}

/** Largest D per sample. */
export const MAX_TRANSITION_DIM = 16_384;

/** Numbers per padded row. */
export function rowStride(dim: number): number {
  return 4 * Math.ceil(dim / 4);
}

const HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);

/**
 * Factors of the step's mean fx x + fo output. x0Hat = output; (x - sigma output)/alpha; (alpha x - sigma output) /
 * (alpha^2 + sigma^2); (x + sigma^2 output)/alpha, as in x0HatFrom.
 */
export function meanFactors(
  prediction: Prediction,
  { alphaT: alpha, sigmaT: sigma, cx, c0 }: StepCoefficients,
): { readonly fx: number; readonly fo: number } {
  const V = alpha * alpha + sigma * sigma;
  switch (prediction) {
    case "x0":
      return { fx: cx, fo: c0 };
    case "eps":
      return { fx: cx + c0 / alpha, fo: (-c0 * sigma) / alpha };
    case "v":
      return { fx: cx + (c0 * alpha) / V, fo: (-c0 * sigma) / V };
    case "score":
      return { fx: cx + c0 / alpha, fo: (c0 * sigma * sigma) / alpha };
  }
}

/** Refuses what has no meaning: two-stage steps, predictions that determine nothing at alpha = 0, more than 16,384 dimensions. */
export function checkTransition(where: string, { dim, prediction, step }: Transition): void {
  if (!Number.isInteger(dim) || dim < 1 || dim > MAX_TRANSITION_DIM)
    throw new RangeError(`${where}.dim: must be an integer from 1 to ${MAX_TRANSITION_DIM}, got ${dim}`);
  if (step.corrector)
    throw new RangeError(
      `${where}: must be a one-stage step, got one with a corrector; it needs the model twice, use measure`,
    );
  if (step.alphaT === 0 && (prediction === "eps" || prediction === "score"))
    throw new RangeError(
      `${where}: prediction ${prediction} determines no x0 where alpha = 0; use "x0" or "v" there, or start below T`,
    );
}

/** Parameters of the kernels; the noise of the step is left 0 where none is drawn. */
export function transitionParams(
  transition: Transition,
  noise: { readonly seed: number; readonly stream: number; readonly stepIndex: number } | null,
): FieldValues<typeof TRANSITION_PARAMS.fields> {
  const { dim, particles, prediction, step } = transition;
  const { fx, fo } = meanFactors(prediction, step);
  const tau = Math.fround(step.cz);
  // The density belongs to the f32 step as it is drawn, so its constant uses the rounded tau too.
  const constant = tau > 0 ? -dim * (Math.log(tau) + HALF_LOG_2PI) : 0;
  const high = Math.fround(constant);
  return {
    dim,
    quads: rowStride(dim) / 4,
    particles,
    number: (noise?.stepIndex ?? 0) * dim,
    seed: noise?.seed ?? 0,
    stream: noise?.stream ?? 0,
    accumulate: transition.accumulate ? 1 : 0,
    zero: 0,
    fx,
    fo,
    tau,
    per_tau: tau > 0 ? 1 / tau : 0,
    constant: [high, constant - high],
    first: transition.first ?? 0,
  };
}

/** Constants of the kernels: LANES invocations share the particles of a Lanes, ROWS such groups make a workgroup of 64. */
export function transitionConstants(dim: number): { LANES: number; ROWS: number; GROUP_SIZE: number } {
  const quads = rowStride(dim) / 4;
  const LANES = Math.min(64, 2 ** Math.ceil(Math.log2(quads)));
  return { LANES, ROWS: 64 / LANES, GROUP_SIZE: 64 };
}

/** Workgroups of a dispatch. */
export function transitionGroups({ dim, particles }: Transition, software: boolean): number {
  return workgroups(particles, lanesPerPoint(software) * transitionConstants(dim).ROWS);
}
