/** What a training specification cannot check by itself: formulas, prompts, and which rewards of images have a gradient. */
import { imageRewardCard } from "../../rewards/image/catalogue.ts";
import type { TrainingChecks } from "../../spec/training/consistency.ts";
import { promptProblem } from "../images/plan.ts";
import { formulaFault } from "../reward-program.ts";

/** For everyone who reads specifications from outside. */
export const TRAINING_CHECKS: TrainingChecks = {
  formula: formulaFault,
  prompt: promptProblem,
  hasGradient: (kind) => imageRewardCard(kind).differentiable,
};
