/** Networks that can run a sampler's steps where they compute, without bringing the states back in between. */
import type { StepCoefficients } from "../diffusion/program.ts";
import type { PolicyNetwork } from "./policy-network.ts";

export interface StepRun {
  /** [n, d] at the first time. */
  readonly x: Float64Array;
  /** Without corrector. Step k takes z from numbers k d + i of STEP_STREAM. */
  readonly steps: readonly StepCoefficients[];
  readonly seed: number;
  /** Number of the first particle. */
  readonly first: number;
  /** The steps themselves are wanted, not only where they end. */
  readonly keep: boolean;
  readonly signal: AbortSignal | null;
}

/** What a step went through, [n, d] each. */
export interface StepStates {
  readonly x: Float64Array;
  readonly x0Hat: Float64Array;
  readonly next: Float64Array;
}

export interface StepSampler extends PolicyNetwork {
  /** The states after the last step, [n, d], and the steps if they are kept. Rejects with AbortError. */
  runSteps(run: StepRun): Promise<{ readonly end: Float64Array; readonly kept: readonly StepStates[] }>;
}

/** True if the network takes steps itself. */
export function isStepSampler(network: PolicyNetwork): network is StepSampler {
  return "runSteps" in network;
}
