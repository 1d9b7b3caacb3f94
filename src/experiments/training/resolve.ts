/** From a training specification to what an engine needs, with names for people. */
import type { Process } from "../../diffusion/process.ts";
import { createProcess } from "../../diffusion/processes/index.ts";
import type {
  GlyphProblem,
  MeasuredReward,
  PointProblem,
  TrainingProblem,
} from "../../engine/training-engine.ts";
import { imageRewardName } from "../../rewards/image/reward-name.ts";
import type { RewardProgram } from "../../rewards/program.ts";
import { parsePrompt } from "../../prompt/parse.ts";
import { promptTokens } from "../../prompt/slots.ts";
import { SpecError } from "../../spec/problems.ts";
import {
  isImageTraining,
  type ImageTrainingSpec,
  type PointTrainingSpec,
  type TrainingSpec,
} from "../../spec/training/types.ts";
import type { ModelSpec, RewardSpec } from "../../spec/types.ts";
import { IMAGE_TRAINING_PROCESS } from "../../spec/training/defaults.ts";
import { promptProblem, rewardRequest } from "../images/plan.ts";
import { modelLaw } from "../model-law.ts";
import { rewardProgram } from "../reward-program.ts";
import { momentsOf, type Moments } from "../resolve.ts";
import { hashOfData } from "../spec-hash.ts";

export interface ResolvedTraining {
  readonly spec: TrainingSpec;
  /** What crosses to the engine. */
  readonly problem: TrainingProblem;
  readonly heldOut: MeasuredReward | null;
  readonly dim: number;
  readonly diffusion: Process;
  /** The law's moments if it is a single Gaussian. */
  readonly gaussian: Moments | null;
  readonly names: {
    readonly law: string;
    readonly rewards: readonly string[];
    readonly heldOut: string | null;
  };
}

export interface ResolvedPoints extends ResolvedTraining {
  readonly problem: PointProblem;
  readonly heldOut: RewardProgram | null;
}

export interface ResolvedImages extends ResolvedTraining {
  readonly problem: GlyphProblem;
}

/** Prepares a valid specification. Throws `SpecError` where a formula does not parse or a prompt is not understood. */
export function resolveTraining(spec: PointTrainingSpec): ResolvedPoints;
export function resolveTraining(spec: ImageTrainingSpec): ResolvedImages;
export function resolveTraining(spec: TrainingSpec): ResolvedTraining;
export function resolveTraining(spec: TrainingSpec): ResolvedTraining {
  return isImageTraining(spec) ? resolveImages(spec) : resolvePoints(spec);
}

/** Numbers of an image, [3, 32, 32]. */
const IMAGE_DIM = 3072;

function resolveImages(spec: ImageTrainingSpec): ResolvedImages {
  const { model, adapter, heldOut } = spec;
  const prompts = model.prompts.map((text, i) => tokensAt(text, `model.prompts[${i}]`));
  const rewards = spec.rewards.map(({ reward, weight }) => ({ program: rewardRequest(reward), weight }));
  const process = IMAGE_TRAINING_PROCESS;
  return {
    spec,
    problem: { kind: "glyphs", weights: model.weights, prompts, process, adapter, rewards },
    heldOut: heldOut && rewardRequest(heldOut),
    dim: IMAGE_DIM,
    diffusion: createProcess(process),
    gaussian: null,
    names: {
      law: `glyph model, ${model.weights}`,
      rewards: spec.rewards.map(({ reward }) => imageRewardName(reward)),
      heldOut: heldOut && imageRewardName(heldOut),
    },
  };
}

function tokensAt(text: string, field: string): number[] {
  const message = promptProblem(text);
  if (message !== null) throw new SpecError([{ field, message }]);
  return [...promptTokens(parsePrompt(text).tokens)];
}

function resolvePoints(spec: PointTrainingSpec): ResolvedPoints {
  const law = modelLaw(spec.model);
  const rewards = spec.rewards.map(({ reward, weight }, i) => ({
    program: programAt(reward, law.dim, `rewards[${i}].reward`),
    weight,
  }));
  const { process, network, heldOut } = spec;
  return {
    spec,
    problem: { law, process, network, rewards },
    heldOut: heldOut && programAt(heldOut, law.dim, "heldOut"),
    dim: law.dim,
    diffusion: createProcess(process),
    gaussian: momentsOf(law),
    names: {
      law: lawName(spec.model),
      rewards: spec.rewards.map(({ reward }) => rewardName(reward)),
      heldOut: heldOut && rewardName(heldOut),
    },
  };
}

/** The part that crosses to the engine. Throws as `resolveTraining` does. */
export function trainingProblem(
  spec: PointTrainingSpec,
): PointProblem & { readonly names: ResolvedTraining["names"] };
export function trainingProblem(
  spec: TrainingSpec,
): TrainingProblem & { readonly names: ResolvedTraining["names"] };
export function trainingProblem(
  spec: TrainingSpec,
): TrainingProblem & { readonly names: ResolvedTraining["names"] } {
  const { problem, names } = resolveTraining(spec);
  return { ...problem, names };
}

function programAt(reward: RewardSpec, dim: number, place: string): RewardProgram {
  try {
    return rewardProgram(reward, dim);
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    throw new SpecError(error.problems.map((p) => ({ ...p, field: p.field.replace(/^reward/, place) })));
  }
}

/** A law in a few words. */
export function lawName(model: ModelSpec): string {
  switch (model.kind) {
    case "gaussian":
      return `Gaussian in ${model.mean.length === 1 ? "1 dimension" : `${model.mean.length} dimensions`}`;
    case "mixture":
      return `mixture of ${model.components.length}`;
    case "shape":
      return model.shape;
    case "points":
      return model.name === undefined || model.name === "" ? "own points" : model.name;
  }
}

/** A reward in a few words. */
export function rewardName(reward: RewardSpec): string {
  const at = (center: readonly number[]) => `(${center.join(", ")})`;
  switch (reward.kind) {
    case "quadratic":
      return `nearness to ${at(reward.center)}`;
    case "linear":
      return `direction ${at(reward.weights)}`;
    case "bumps": {
      const [only] = reward.bumps;
      return reward.bumps.length === 1 && only !== undefined
        ? `bump at ${at(only.center)}`
        : `${reward.bumps.length} bumps`;
    }
    case "ring":
      return `ring around ${at(reward.center)}`;
    case "formula":
      return reward.text;
  }
}

/** Names the pretrained network that a specification starts from: equal keys, equal weights. */
export function pretrainedKey(spec: TrainingSpec): string {
  if (isImageTraining(spec)) return hashOfData({ weights: spec.model.weights, adapter: spec.adapter });
  const { model, process, network } = spec;
  return hashOfData({ model, process, network });
}
