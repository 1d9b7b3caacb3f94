/**
 * DPM-Solver++ 2M, a multistep solver of the ODE in x0 form for any process with a log-SNR [Lu22, algorithm 2]. With
 * lambda = log(alpha/sigma), h = lambda_s - lambda_t, r = (lambda_t - lambda_before)/h and predictions m0 at t, m1 before it,
 *
 *     x_s = (sigma_s/sigma_t) x + alpha_s (1 - e^-h) (m0 + (m0 - m1)/(2 r))
 *
 * of order 2. Without m1, and on the step to sigma = 0, it is the DDIM step, of order 1.
 */
import type { StepCoefficients } from "../diffusion/program.ts";
import type { PolicyNetwork } from "./policy-network.ts";
import { stepContext } from "./prompts.ts";
import { timesOf } from "./sample.ts";

/** The step taken last and its prediction [P, d]. */
export interface SolverState {
  readonly step: StepCoefficients;
  readonly x0Hat: Float64Array;
}

/** Weight of (m0 - m1): 1/(2 r); 0 where it must not or cannot be used. */
export function multistepWeight(step: StepCoefficients, before: StepCoefficients): number {
  if (step.sigmaS === 0) return 0;
  const level = (alpha: number, sigma: number): number => Math.log(alpha) - Math.log(sigma);
  const at = level(step.alphaT, step.sigmaT);
  const h = level(step.alphaS, step.sigmaS) - at;
  const behind = at - level(before.alphaT, before.sigmaT);
  return Number.isFinite(h) && behind > 0 ? h / (2 * behind) : 0;
}

/**
 * Runs ODE steps (coefficients of DDIM) with the multistep correction from x [P, d]; `last` is the step before the first, if
 * one was taken. One network call per sample and step. `prompt` [P] for networks with prompts.
 */
export async function multistepSolve(
  network: PolicyNetwork,
  steps: readonly StepCoefficients[],
  x: Float64Array,
  last: SolverState | null,
  signal?: AbortSignal,
  prompt: Int32Array | null = null,
): Promise<Float64Array> {
  let before = last;
  let state = x;
  for (const step of steps) {
    signal?.throwIfAborted();
    const t = timesOf(step.t, state.length / network.shape.dim);
    const x0Hat = await network.predict(state, t, stepContext(prompt, step));
    const weight = before ? multistepWeight(step, before.step) : 0;
    const older = before?.x0Hat ?? x0Hat;
    state = state.map((value, j) => {
      const now = x0Hat[j] as number;
      const used = weight === 0 ? now : now + weight * (now - (older[j] as number));
      return step.cx * value + step.c0 * used;
    });
    before = { step, x0Hat };
  }
  return state;
}
