/** Which steps of a rollout a policy gradient can be taken of. */
import type { StepCoefficients } from "../diffusion/program.ts";
import type { TrainingSection } from "../spec/training/types.ts";
import type { AlignmentSetup } from "./algorithm.ts";
import { noiseSteps } from "./noise-steps.ts";
import { hasDensity } from "./transition.ts";

/** Steps of the training sampler, stochastic where `stochastic` says so. */
export function trainingSteps(
  { training, process, times }: Pick<AlignmentSetup, "training" | "process" | "times">,
  stochastic?: (k: number) => boolean,
): StepCoefficients[] {
  return noiseSteps(training.noise, process, times, stochastic);
}

/** True for steps that are trained on: they have a density, and the last one only if it is kept. */
export function isTrained(steps: readonly StepCoefficients[], lastStep: TrainingSection["lastStep"]) {
  return (k: number): boolean => {
    const step = steps[k];
    return step !== undefined && hasDensity(step) && (lastStep === "keep" || k < steps.length - 1);
  };
}

/**
 * Number of steps that can be trained on; they are the first ones. Throws RangeError where there is none, which is always so
 * without noise.
 */
export function trainedStepCount(setup: Pick<AlignmentSetup, "training" | "process" | "times">): number {
  const { training } = setup;
  const level = training.noise.kind === "gddim" ? training.noise.eta : training.noise.level;
  if (level === 0)
    throw new RangeError(
      "training.noise: must be above 0, got 0; a step without noise has no density, so there is no log-probability to train: " +
        "choose eta > 0 (the ODE can still be deployed)",
    );
  const steps = trainingSteps(setup);
  const count = steps.filter((_, k) => isTrained(steps, training.lastStep)(k)).length;
  if (count === 0)
    throw new RangeError(
      `training.steps: must leave a step with a density, got N = ${training.steps}, whose only step goes to data without noise or is dropped; choose N >= 2`,
    );
  return count;
}
