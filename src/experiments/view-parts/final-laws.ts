/** Exact laws of 1-D samples from mixtures, by quadrature: the curve that a histogram of samples should follow. */
import type { SamplerProgram } from "../../diffusion/program.ts";
import type { Process } from "../../diffusion/process.ts";
import { mixtureStepLaw1d, quadratureRefusal } from "../../theory/mixture-quadrature.ts";

/** Density of the samples: points x [n], ascending, and density [n]; error: of mean and variance. */
export interface FinalLaw {
  readonly x: Float64Array;
  readonly density: Float64Array;
  readonly error: number;
}

/** Steps times components above which quadrature would hold up the views. */
const MOST_WORK = 150;

/** Law of the samples of each program; null where there is none by quadrature, or it costs too much. */
export function finalLaws1d(programs: readonly SamplerProgram[], process: Process): (FinalLaw | null)[] {
  return programs.map((program) => {
    if (program.kind !== "mixture" || program.dim !== 1) return null;
    const { mixture, coefficients } = program;
    if (coefficients.length * mixture.count > MOST_WORK || quadratureRefusal(coefficients) !== null)
      return null;
    const law = mixtureStepLaw1d({ mixture, process, coefficients });
    return law === null ? null : { x: law.x, density: law.density, error: law.error };
  });
}
