/** Coefficients of every sampler's steps, computed once in f64 from a process, a grid and an eta per step. */
import type { Process } from "./process.ts";
import type { StepCoefficients } from "./program.ts";
import { ddimStep, gddimStep } from "./samplers/gddim.ts";
import { eulerMaruyamaStep, heunStep } from "./samplers/reverse-sde.ts";
import { type SamplerStep, SamplerRefusedError } from "./samplers/sampler.ts";

export { SamplerRefusedError } from "./samplers/sampler.ts";

/** gddim takes every eta >= 0; the others refuse what they cannot do. */
export type SamplerKind = "gddim" | "ddim" | "euler-maruyama" | "heun";

const SAMPLERS: { readonly [K in SamplerKind]: SamplerStep } = {
  gddim: gddimStep,
  ddim: ddimStep,
  "euler-maruyama": eulerMaruyamaStep,
  heun: heunStep,
};

/** Names of all samplers. */
export const SAMPLER_KINDS = Object.keys(SAMPLERS) as readonly SamplerKind[];

/**
 * Coefficients of the N steps of grid t[0..N] with eta per step [N]. Throws SamplerRefusedError, which names the step, where
 * the sampler cannot do one.
 */
export function samplerCoefficients(
  kind: SamplerKind,
  process: Process,
  grid: Float64Array,
  etas: Float64Array,
): StepCoefficients[] {
  const step = SAMPLERS[kind];
  return Array.from(etas, (eta, k) => {
    const [t = NaN, s = NaN] = grid.subarray(k, k + 2);
    const coefficients = step(process, t, s, eta, k);
    if (!allFinite(coefficients))
      throw new SamplerRefusedError(
        `sampler ${kind}, step ${k + 1}`,
        "coefficients must be finite",
        `a number too large from t = ${t} to s = ${s} at eta = ${eta}`,
        "use more steps, a smaller T or a smaller eta",
      );
    return coefficients;
  });
}

/** Why the sampler cannot do these steps, in one line, or null if it can. */
export function samplerRefusal(
  kind: SamplerKind,
  process: Process,
  grid: Float64Array,
  etas: Float64Array,
): string | null {
  try {
    samplerCoefficients(kind, process, grid, etas);
    return null;
  } catch (error) {
    if (error instanceof SamplerRefusedError) return error.message;
    throw error;
  }
}

function allFinite(step: StepCoefficients): boolean {
  const numbers = [step.cx, step.c0, step.cz, ...Object.values(step.corrector ?? {})];
  return numbers.every(Number.isFinite);
}
