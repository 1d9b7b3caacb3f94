/** The two samplers that the views show side by side on the same noise. */
import type { SamplerProgram } from "../../diffusion/program.ts";
import type { Problem } from "../resolve.ts";
import { attempt, samplerProgram } from "../programs.ts";

/** One sampler of the views. */
export interface ArmChoice {
  readonly id: "ode" | "sde";
  readonly eta: number;
}

/**
 * Programs of the deterministic sampler (first) and of the stochastic one with the spec's eta and schedule. If the
 * sampler refuses that eta, only the first is there and `refusal` says why; if it refuses both, this throws.
 */
export function armPrograms(problem: Problem): {
  readonly arms: readonly ArmChoice[];
  readonly programs: readonly SamplerProgram[];
  readonly refusal: string | null;
} {
  const { eta, steps } = problem.spec.sampler;
  const ode = { id: "ode", eta: 0 } as const;
  const deterministic = samplerProgram(problem, 0, steps);
  const stochastic = attempt(() => samplerProgram(problem, eta, steps));
  return stochastic.ok
    ? { arms: [ode, { id: "sde", eta }], programs: [deterministic, stochastic.value], refusal: null }
    : { arms: [ode], programs: [deterministic], refusal: stochastic.reason };
}
