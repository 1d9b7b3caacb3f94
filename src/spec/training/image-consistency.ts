/** What several fields of a training of the glyph model must satisfy together. */
import { showValue, type Problem } from "../problems.ts";
import { checkRun, type PartsOf, type TrainingChecks } from "./consistency.ts";
import { IMAGE_TRAINING_PROCESS } from "./defaults.ts";
import { IMAGE_TRAINING_LIMITS } from "./limits.ts";
import type {
  AlgorithmSpec,
  GlyphPolicySpec,
  ImageTrainingSpec,
  TrainingSection,
  WeightedImageReward,
} from "./types.ts";

/** All problems of the parts that are there. */
export function checkImageTraining(parts: PartsOf<ImageTrainingSpec>, checks: TrainingChecks): Problem[] {
  const { model, rewards, algorithm, training } = parts;
  return [
    ...(model === null ? [] : promptProblems(model.prompts, checks)),
    ...(rewards === null || algorithm === null ? [] : checkGradients(rewards, algorithm, checks)),
    ...checkRun(parts, IMAGE_TRAINING_PROCESS),
    ...(training === null ? [] : checkMemory(training)),
    ...(model === null || training === null || algorithm === null
      ? []
      : checkShares(model, training, algorithm)),
  ];
}

/** What is wrong with prompts; those that are no text are for the schema. */
export function promptProblems(prompts: readonly unknown[], checks: TrainingChecks): Problem[] {
  return prompts.flatMap((prompt, i) => {
    const message = typeof prompt === "string" ? (checks.prompt?.(prompt) ?? null) : null;
    return message === null ? [] : [{ field: `model.prompts[${i}]`, message }];
  });
}

function checkGradients(
  rewards: readonly WeightedImageReward[],
  { kind }: AlgorithmSpec,
  { hasGradient = () => true }: TrainingChecks,
): Problem[] {
  if (kind !== "direct") return [];
  return rewards.flatMap(({ reward }, i) =>
    hasGradient(reward.kind)
      ? []
      : [
          {
            field: `rewards[${i}].reward.kind`,
            message: `must have a gradient for direct (it is followed through the sampler), got ${showValue(reward.kind)}, which has none; take another reward or another algorithm`,
          },
        ],
  );
}

function checkMemory({ batch, steps }: TrainingSection): Problem[] {
  const most = IMAGE_TRAINING_LIMITS.transitions.max;
  if (batch * steps <= most) return [];
  const message = `must be at most ${Math.floor(most / steps)} with N = ${steps} (a rollout keeps ${most} images at most), got ${batch}; lower it or N`;
  return [{ field: "training.batch", message }];
}

/** Trajectories of one iteration that are compared with each other, so that they must share a prompt. */
function unitSize(algorithm: AlgorithmSpec): number {
  if ("group" in algorithm) return algorithm.group;
  if (algorithm.kind === "best-of-n") return algorithm.n;
  if (algorithm.kind === "sdpo") return 2;
  // Statistics per prompt need two trajectories; the others compare nothing.
  return algorithm.kind.startsWith("ddpo") ? 2 : 1;
}

/** Every prompt must have its share of each iteration. */
function checkShares(
  { prompts }: GlyphPolicySpec,
  { batch }: TrainingSection,
  algorithm: AlgorithmSpec,
): Problem[] {
  const unit = unitSize(algorithm);
  const room = Math.floor(batch / unit);
  if (prompts.length <= room) return [];
  const message = `must be a list of at most ${room} (the batch of ${batch} holds ${room} times the ${unit} trajectories that ${algorithm.kind} compares under one prompt), got ${prompts.length}; leave some out or raise the batch`;
  return [{ field: "model.prompts", message }];
}
