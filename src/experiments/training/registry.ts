/** All studies of trainings, in the order they are offered. */
import type { TrainingStudy } from "./study.ts";
import { sdpoParts, windowStudy } from "./studies/ablations.ts";
import { algorithms } from "./studies/algorithms.ts";
import { etaMatrix } from "./studies/eta-matrix.ts";
import { gapTraining } from "./studies/gap-training.ts";
import { steps } from "./studies/steps.ts";

export const TRAINING_STUDIES: readonly TrainingStudy[] = [
  etaMatrix,
  gapTraining,
  steps,
  algorithms,
  sdpoParts,
  windowStudy,
];

/** The study of that id, or null. */
export function trainingStudyOf(id: string): TrainingStudy | null {
  return TRAINING_STUDIES.find((study) => study.id === id) ?? null;
}
