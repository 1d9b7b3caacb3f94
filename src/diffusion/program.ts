/**
 * Sampler programs: everything that an engine needs to run one sampler, as plain numbers in f64. Engines never see
 * processes, grids or specs; a schedule's mathematics is done once, here, and rounded once by a device that needs f32.
 */
import type { GaussianMixture } from "./gaussian-mixture.ts";

/**
 * One step from t to s < t of a sampler that is linear in (x, x0Hat, z):
 *
 *     y = cx x + c0 x0Hat(x, t) + cz z                                     z ~ N(0, I)
 *     x_s = y                                                              without corrector
 *     x_s = ex x + e0 x0Hat(x, t) + ey y + e1 x0Hat(y, s) + ez z           with corrector (Heun)
 *
 * For gDDIM [Zhang22, eq. 25 rearranged], q = (sigma_s alpha_t / (sigma_t alpha_s))^(eta^2):
 * cx = sigma_s q / sigma_t, c0 = alpha_s - cx alpha_t, cz = sigma_s sqrt(1 - q^2).
 */
export interface StepCoefficients {
  readonly t: number;
  readonly s: number;
  readonly alphaT: number;
  readonly sigmaT: number;
  readonly alphaS: number;
  readonly sigmaS: number;
  /** eta of this step, after the schedule. */
  readonly eta: number;
  readonly cx: number;
  readonly c0: number;
  /** Standard deviation of the transition; 0 means a deterministic step, which has no density. */
  readonly cz: number;
  readonly corrector: {
    readonly ex: number;
    readonly e0: number;
    readonly ey: number;
    readonly e1: number;
    readonly ez: number;
  } | null;
}

/** Samples with the exact score of a mixture in 1 or 2 dimensions (at most 64 components). x[0] = priorStd z. */
export interface MixtureProgram {
  readonly kind: "mixture";
  readonly dim: number;
  readonly steps: number;
  readonly priorStd: number;
  readonly mixture: GaussianMixture;
  readonly coefficients: readonly StepCoefficients[];
}

/**
 * A linear Gaussian chain, for Gaussian laws in 1..64 dimensions and every linear sampler on them (also reading B):
 *
 *     y[0] = priorStd z,   y[k+1] = A[k] y[k] + b[k] + c[k] z,   x = basis y
 *
 * A      [N, d] if diagonal, else [N, d, d] row-major
 * b      [N, d]
 * c      [N]
 * noise  null or left out: the noise of step k is c[k] z. Otherwise the full noise factor in place of c (Heun, whose
 *        corrector scales the noise by direction): diagonal: [N, d], noise[k][i] z[i]; else [N, d, d], noise[k] z
 * basis  [d, d] orthonormal, row-major, or null for the identity
 */
export interface LinearProgram {
  readonly kind: "linear";
  readonly dim: number;
  readonly steps: number;
  readonly priorStd: number;
  readonly diagonal: boolean;
  readonly A: Float64Array;
  readonly b: Float64Array;
  readonly c: Float64Array;
  readonly noise?: Float64Array | null;
  readonly basis: Float64Array | null;
  /** Grid t[0..N], for recordings. */
  readonly times: Float64Array;
}

export type SamplerProgram = MixtureProgram | LinearProgram;
