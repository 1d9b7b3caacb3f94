/** All experiments, in the order in which they are shown. */
import type { ExperimentDefinition, ExperimentId } from "./experiment.ts";
import { controlMatrix } from "./studies/control-matrix.ts";
import { gapEta } from "./studies/gap-eta.ts";
import { gapSteps } from "./studies/gap-steps.ts";
import { horizon } from "./studies/horizon.ts";
import { rewards } from "./studies/rewards.ts";
import { training } from "./studies/training.ts";

export const EXPERIMENTS: readonly ExperimentDefinition[] = [
  gapEta,
  gapSteps,
  horizon,
  training,
  controlMatrix,
  rewards,
];

/** The experiment of that id, or null. */
export function experimentOf(id: string): ExperimentDefinition | null {
  return EXPERIMENTS.find((e) => e.id === id) ?? null;
}

export type { ExperimentDefinition, ExperimentId };
