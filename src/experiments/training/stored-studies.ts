/** The studies whose results come with the page: one specification of a small budget, so that each runs in minutes. */
import type { ChartData } from "../../measure/series.ts";
import { TRAINING_DEFAULTS } from "../../spec/training/defaults.ts";
import type { TrainingSpec } from "../../spec/training/types.ts";
import { trainingStudyOf } from "./registry.ts";
import type { TrainingStudy, TrainingStudyId } from "./study.ts";

/**
 * The specification that they vary: the first training's problem in few steps, with small batches, and iterations enough for
 * rewards to level off.
 */
export const STORED_SPEC: TrainingSpec = {
  ...TRAINING_DEFAULTS,
  // A batch that groups of 24 and of 12 fill, so that no algorithm is left out.
  training: { ...TRAINING_DEFAULTS.training, steps: 10, batch: 192, iterations: 48 },
  evaluation: {
    ...TRAINING_DEFAULTS.evaluation,
    ...{ every: 12, particles: 512, seeds: 5, stepsDeploy: [5, 10, 20] },
  },
};

/** Makes the files that come with the page. */
export const STORED_STUDIES_COMMAND = "npm run experiment -- --stored --out public/studies";

/** In the order they are run: those that share trainings follow each other. */
export const STORED_STUDY_IDS: readonly TrainingStudyId[] = [
  "eta-matrix",
  "gap-training",
  "steps",
  "algorithms",
  "sdpo-parts",
  "window",
];

/** A stored study: what was run, and its charts. The trainings themselves are left out for their size. */
export interface StoredStudy {
  readonly version: 1;
  readonly kind: "training-study";
  readonly study: TrainingStudyId;
  readonly spec: TrainingSpec;
  /** Trainings behind the charts. */
  readonly trainings: number;
  readonly charts: readonly ChartData[];
}

/** The studies that are stored. */
export function storedStudies(): readonly TrainingStudy[] {
  return STORED_STUDY_IDS.flatMap((id) => trainingStudyOf(id) ?? []);
}
