import type { Process } from "../process.ts";
import type { StepCoefficients } from "../program.ts";

/** A sampler's rule for step k (from 0) from t to s < t at eta >= 0. Throws SamplerRefusedError if it has none. */
export type SamplerStep = (
  process: Process,
  t: number,
  s: number,
  eta: number,
  k: number,
) => StepCoefficients;

/** The chosen sampler cannot do a step; the reader picks another sampler, eta or grid. `field` names the spec field. */
export class SamplerRefusedError extends Error {
  override readonly name = "SamplerRefusedError";
  readonly field: string;
  constructor(where: string, rule: string, got: string, advice: string, field = "sampler.kind") {
    super(`${where}: ${rule}, got ${got}; ${advice}`);
    this.field = field;
  }
}

/** Times, marginals and eta that every step carries. */
export function stepFrame(process: Process, t: number, s: number, eta: number) {
  return {
    t,
    s,
    alphaT: process.alpha(t),
    sigmaT: process.sigma(t),
    alphaS: process.alpha(s),
    sigmaS: process.sigma(s),
    eta,
  };
}
