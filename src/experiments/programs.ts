/** One sampler run as a program: process, grid, eta per step, coefficients and model put together. */
import { affineProgram, gaussianProgram, mixtureProgram } from "../diffusion/builders.ts";
import { samplerCoefficients, SamplerRefusedError } from "../diffusion/coefficients.ts";
import { etaSchedule } from "../diffusion/eta-schedule.ts";
import { createGrid } from "../diffusion/grid.ts";
import type { SamplerProgram, StepCoefficients } from "../diffusion/program.ts";
import { SpecError } from "../spec/problems.ts";
import type { Problem } from "./resolve.ts";

export interface SamplerArm {
  readonly eta: number;
  readonly steps: number;
  /** [N] */
  readonly coefficients: readonly StepCoefficients[];
  readonly program: SamplerProgram;
}

/**
 * Coefficients [N] of the problem's sampler at another eta and step count. A window schedule keeps its share of the run:
 * its start and size are given for the specification's own step count and scale with N.
 * Throws SamplerRefusedError or RangeError, with a reason for the reader, where the sampler or the grid cannot do it.
 */
export function armCoefficients(problem: Problem, eta: number, steps: number): StepCoefficients[] {
  const { sampler } = problem.spec;
  const grid = createGrid(sampler.grid, problem.process, steps);
  return samplerCoefficients(
    sampler.kind,
    problem.process,
    grid,
    etaSchedule(scaledSchedule(sampler, steps), eta, steps),
  );
}

function scaledSchedule(sampler: Problem["spec"]["sampler"], steps: number) {
  const { schedule } = sampler;
  if (schedule.kind !== "window" || steps === sampler.steps) return schedule;
  const scale = steps / sampler.steps;
  const start = Math.min(steps - 1, Math.round(schedule.start * scale));
  const size = Math.max(1, Math.min(steps - start, Math.round(schedule.size * scale)));
  return { kind: "window", start, size } as const;
}

/** The program of the problem's model under given coefficients. */
export function armProgram(problem: Problem, coefficients: readonly StepCoefficients[]): SamplerProgram {
  const { control, gaussian, process, law, dim } = problem;
  // In the axes of the reference law the control is diagonal wherever the reward commutes with it.
  if (control !== null)
    return affineProgram(control.denoiserInAxes, dim, process, coefficients, control.basis);
  if (gaussian !== null) return gaussianProgram(gaussian.mean, gaussian.cov, process, coefficients);
  return mixtureProgram(law, process, coefficients);
}

/** Coefficients and program of one arm; throws as `armCoefficients` does. */
export function samplerArm(problem: Problem, eta: number, steps: number): SamplerArm {
  const coefficients = armCoefficients(problem, eta, steps);
  return { eta, steps, coefficients, program: armProgram(problem, coefficients) };
}

/** Program alone of one arm; throws as `armCoefficients` does. */
export function samplerProgram(problem: Problem, eta: number, steps: number): SamplerProgram {
  return samplerArm(problem, eta, steps).program;
}

export type Attempt<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** Runs `make`; what a sampler, grid or target refuses becomes a reason, every other error stays one. */
export function attempt<T>(make: () => T): Attempt<T> {
  try {
    return { ok: true, value: make() };
  } catch (error) {
    if (error instanceof SamplerRefusedError || error instanceof RangeError || error instanceof SpecError) {
      return { ok: false, reason: error.message };
    }
    throw error;
  }
}
