/** What several fields of a training specification must satisfy together; every problem with its field and its reason. */
import { checkModel, checkProcess, checkReward, checkSampler } from "../consistency.ts";
import { modelDimension } from "../defaults.ts";
import { KIND_DEFAULTS } from "../kind-defaults.ts";
import type { ImageRewardKind } from "../images/types.ts";
import type { Problem } from "../problems.ts";
import type { ModelSpec, ProcessSpec, RewardSpec } from "../types.ts";
import { needsDensity } from "./algorithm-defaults.ts";
import { ALGORITHM_NAMES } from "./algorithm-names.ts";
import { TRAINING_LIMITS } from "./limits.ts";
import type {
  AlgorithmSpec,
  NoiseSpec,
  PointTrainingSpec,
  TrainingEvaluation,
  TrainingSection,
  WeightedReward,
} from "./types.ts";

/** Sections of a specification; null for one that did not parse. */
export type PartsOf<S> = { readonly [K in Exclude<keyof S, "version" | "kind">]: S[K] | null };

/** Checks that need knowledge from outside this folder; the caller hands them in. */
export interface TrainingChecks {
  /** What is wrong with a reward formula in `dim` dimensions, or null. */
  readonly formula?: (text: string, dim: number) => string | null;
  /** What is wrong with a prompt of the glyph model, or null. */
  readonly prompt?: (text: string) => string | null;
  /** True if a reward of images has a gradient with respect to its pixels. */
  readonly hasGradient?: (reward: ImageRewardKind) => boolean;
}

/** All problems of a training on points, of the parts that are there. `heldOut` is null both for none and for one that did not parse. */
export function checkPointTraining(parts: PartsOf<PointTrainingSpec>, checks: TrainingChecks): Problem[] {
  const { model, process, rewards, heldOut, algorithm, training, evaluation } = parts;
  const modelProblems = model === null ? [] : checkLearnedModel(model);
  const dim = model !== null && modelProblems.length === 0 ? modelDimension(model) : null;
  return [
    ...modelProblems,
    ...(process === null ? [] : checkProcess(process)),
    ...(rewards === null ? [] : checkRewards(rewards, dim, checks)),
    ...(heldOut === null ? [] : checkOneReward(heldOut, dim, "heldOut", checks)),
    ...checkRun({ algorithm, training, evaluation }, process),
  ];
}

/** Problems of what every training has: algorithm, training and evaluation with each other and with the process. */
export function checkRun(
  {
    algorithm,
    training,
    evaluation,
  }: Pick<PartsOf<PointTrainingSpec>, "algorithm" | "training" | "evaluation">,
  process: ProcessSpec | null,
): Problem[] {
  return [
    ...(training === null ? [] : checkGrid(training, process)),
    ...(training === null || algorithm === null ? [] : checkNoise(training, algorithm, process)),
    ...(training === null || algorithm === null ? [] : checkAlgorithm(algorithm, training)),
    ...(evaluation === null || algorithm === null ? [] : checkAxes(evaluation, algorithm)),
  ];
}

function checkLearnedModel(model: ModelSpec): Problem[] {
  const dim = modelDimension(model);
  if (dim === null || dim <= TRAINING_LIMITS.dim.max) return checkModel(model);
  const message = `must have at most ${TRAINING_LIMITS.dim.max} entries (networks are learned on a line or in the plane), got ${dim}; shorten it`;
  return [{ field: "model.mean", message }];
}

function checkRewards(
  rewards: readonly WeightedReward[],
  dim: number | null,
  checks: TrainingChecks,
): Problem[] {
  return rewards.flatMap(({ reward }, i) => checkOneReward(reward, dim, `rewards[${i}].reward`, checks));
}

/** The checks of one reward, under the path of its place. */
function checkOneReward(
  reward: RewardSpec,
  dim: number | null,
  place: string,
  checks: TrainingChecks,
): Problem[] {
  const problems = checkReward(reward, dim).map((p) => ({ ...p, field: p.field.replace(/^reward/, place) }));
  const fault =
    reward.kind === "formula" && dim !== null ? (checks.formula?.(reward.text, dim) ?? null) : null;
  return fault === null ? problems : [...problems, { field: `${place}.text`, message: fault }];
}

function checkGrid({ grid, steps }: TrainingSection, process: ProcessSpec | null): Problem[] {
  const sampler = { ...KIND_DEFAULTS.sampler, steps, grid, schedule: { kind: "constant" } } as const;
  return checkSampler(sampler, process).map((p) => ({
    ...p,
    field: p.field.replace(/^sampler/, "training"),
  }));
}

/** Level of a noise law, whatever it is called there. */
export function noiseLevel(noise: NoiseSpec): number {
  return noise.kind === "gddim" ? noise.eta : noise.level;
}

function checkNoise(
  { noise, steps, lastStep }: TrainingSection,
  algorithm: AlgorithmSpec,
  process: ProcessSpec | null,
): Problem[] {
  const problems: Problem[] = [];
  if (noise.kind !== "gddim" && process !== null && process.kind !== "flow") {
    problems.push({
      field: "training.noise.kind",
      message: `must be gddim on the process ${process.kind} (levels of Flow-GRPO and DanceGRPO are defined on the rectified flow only), got "${noise.kind}"; change the noise or the process`,
    });
  }
  if (!needsDensity(algorithm.kind)) return problems;
  if (noiseLevel(noise) === 0) {
    const name = noise.kind === "gddim" ? "eta" : "level";
    problems.push({
      field: `training.noise.${name}`,
      message: `must be above 0 for ${ALGORITHM_NAMES[algorithm.kind]} (a step without noise has no density, so there is no log-probability to train on), got 0; raise it, or train with ${ALGORITHM_NAMES.rwr} (rwr) or ${ALGORITHM_NAMES.direct} (direct)`,
    });
  }
  if (noise.kind === "gddim" && lastStep === "keep") {
    problems.push({
      field: "training.lastStep",
      message:
        'must be drop with gddim noise (its last step jumps to x0Hat without noise and has no density), got "keep"; drop it or take another noise law',
    });
  }
  if (lastStep === "drop" && steps < 2) {
    problems.push({
      field: "training.steps",
      message: `must be at least 2 while the last step is dropped (else no step is left to train on), got ${steps}; raise it`,
    });
  }
  return problems;
}

function checkAlgorithm(algorithm: AlgorithmSpec, training: TrainingSection): Problem[] {
  const { batch, steps } = training;
  const problems: Problem[] = [];
  const divides = (name: string, size: number, what: string) => {
    if (size > batch || batch % size !== 0)
      problems.push({
        field: `algorithm.${name}`,
        message: `must divide the batch of ${batch} (${what}), got ${size}; change one of them`,
      });
  };
  if ("group" in algorithm) divides("group", algorithm.group, "the batch is made of whole groups");
  if (algorithm.kind === "best-of-n") divides("n", algorithm.n, "each sample is picked from n");
  if (algorithm.kind === "sdpo" && algorithm.pairs && batch % 2 !== 0) {
    problems.push({
      field: "training.batch",
      message: `must be even for pairs of trajectories, got ${batch}; add one`,
    });
  }
  if ("minibatches" in algorithm && algorithm.minibatches > batch) {
    problems.push({
      field: "algorithm.minibatches",
      message: `must be at most the batch of ${batch}, got ${algorithm.minibatches}; lower it`,
    });
  }
  if (algorithm.kind === "direct" && algorithm.through > steps) {
    problems.push({
      field: "algorithm.through",
      message: `must be at most N = ${steps}, got ${algorithm.through}; lower it`,
    });
  }
  if (algorithm.kind === "mix-grpo") problems.push(...checkWindow(algorithm, training));
  return problems;
}

/** Steps that a window may hold: all but the last where that one is dropped. */
export function trainableSteps({ steps, lastStep }: TrainingSection): number {
  return lastStep === "drop" ? steps - 1 : steps;
}

function checkWindow(
  { window }: Extract<AlgorithmSpec, { kind: "mix-grpo" }>,
  training: TrainingSection,
): Problem[] {
  const { start, size, stride, strategy } = window;
  const room = trainableSteps(training);
  if (start + size > room) {
    const advice = "move or shorten the window, or raise N";
    return [
      {
        field: start >= room ? "algorithm.window.start" : "algorithm.window.size",
        message: `must keep the window within the ${room} steps that can be trained on (start + size <= ${room}), got ${start} + ${size}; ${advice}`,
      },
    ];
  }
  if (strategy !== "progressive" || stride > 0) return [];
  const message =
    'must be at least 1 for a progressive window, got 0; raise it or take the strategy "frozen"';
  return [{ field: "algorithm.window.stride", message }];
}

function checkAxes({ etasTrain }: TrainingEvaluation, algorithm: AlgorithmSpec): Problem[] {
  if (!needsDensity(algorithm.kind)) return [];
  return etasTrain.flatMap((eta, i) =>
    eta > 0
      ? []
      : [
          {
            field: `evaluation.etasTrain[${i}]`,
            message: `must be above 0 for ${ALGORITHM_NAMES[algorithm.kind]} (a step without noise has no density), got 0; leave it out`,
          },
        ],
  );
}
