/** All experiments, in the order in which they are shown. */
import type { ExperimentDefinition, ExperimentId } from "./experiment.ts";
import { gapEta } from "./studies/gap-eta.ts";
import { gapSteps } from "./studies/gap-steps.ts";

export const EXPERIMENTS: readonly ExperimentDefinition[] = [gapEta, gapSteps];

/** The experiment of that id, or null. */
export function experimentOf(id: string): ExperimentDefinition | null {
  return EXPERIMENTS.find((e) => e.id === id) ?? null;
}

export type { ExperimentDefinition, ExperimentId };
