/**
 * Names of the studies (one tab each), known before the experiment code is loaded, so that the first view needs none of it.
 * A test compares this table with the registry of experiments.
 */

export type StudyId = "gap-eta" | "gap-steps" | "horizon" | "training" | "control-matrix" | "rewards";

export interface Study {
  readonly id: StudyId;
  /** Short label of the tab. */
  readonly tab: string;
  /** The question that the charts of the study answer. */
  readonly question: string;
}

/** All studies in the order of the tabs. */
export const STUDIES: readonly Study[] = [
  {
    id: "gap-eta",
    tab: "Gap by η",
    question:
      "How much reward does a stochastic sampler gain or lose against the deterministic one, at each η?",
  },
  {
    id: "gap-steps",
    tab: "Gap by N",
    question: "How much of the gap comes from using few steps, and how much remains as N grows?",
  },
  {
    id: "horizon",
    tab: "Horizon",
    question: "How fast does the gap vanish as the process runs longer, and is it the predicted rate?",
  },
  {
    id: "training",
    tab: "Training",
    question: "Does the gap narrow as the model is tilted further towards the reward?",
  },
  {
    id: "control-matrix",
    tab: "Train × deploy",
    question: "If the model is tuned with one η and sampled with another, what happens to the reward?",
  },
  {
    id: "rewards",
    tab: "Rewards",
    question: "What reward does each sampler reach, and how far are its samples from the truth?",
  },
];

/** True if `id` names a study. */
export function isStudyId(id: string): id is StudyId {
  return STUDIES.some((study) => study.id === id);
}

/** The study of that id. */
export function studyOf(id: StudyId): Study {
  const found = STUDIES.find((study) => study.id === id);
  if (found === undefined) throw new Error(`studyOf: id must name a study, got "${id}"; this is a bug`);
  return found;
}
