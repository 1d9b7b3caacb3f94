/** The studies of trainings as the page may know them. */
export { TRAINING_STUDIES, trainingStudyOf } from "../../experiments/training/registry.ts";
export type { TrainingStudyId } from "../../experiments/training/study.ts";
