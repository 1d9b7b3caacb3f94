/** The two dialects of training links: on points and on the glyph model. Each has its keys, and defaults that are left out. */
import { completeModel, completeReward, modelDimension } from "../defaults.ts";
import { IMAGE_SECTIONS } from "../images/schema.ts";
import type { ImageRewardSpec } from "../images/types.ts";
import { canonical } from "../parse.ts";
import { SECTION_SCHEMAS } from "../schema.ts";
import type { RewardSpec } from "../types.ts";
import { algorithmFor, publishedFor } from "./algorithm-defaults.ts";
import { defaultHeldOut, defaultRewards, IMAGE_TRAINING_DEFAULTS, TRAINING_DEFAULTS } from "./defaults.ts";
import { TRAINING_FIELD_NAMES } from "./fields.ts";
import { IMAGE_KEYS, POINT_KEYS, type TrainingKey } from "./link-keys.ts";
import {
  isImageTraining,
  type ImageTrainingSpec,
  type PointTrainingSpec,
  type TrainingSpec,
} from "./types.ts";

export interface LinkDialect {
  readonly keys: readonly TrainingKey[];
  readonly defaults: TrainingSpec;
  /** Kind of a held-out reward, or of a second one, that is given by fields of any kind. */
  readonly rewardKind: string;
}

export const POINT_DIALECT: LinkDialect = {
  keys: POINT_KEYS,
  defaults: TRAINING_DEFAULTS,
  rewardKind: "quadratic",
};

export const IMAGE_DIALECT: LinkDialect = {
  keys: IMAGE_KEYS,
  defaults: IMAGE_TRAINING_DEFAULTS,
  rewardKind: "colour",
};

/** The dialect that a specification is written in. */
export function dialectOf(spec: TrainingSpec): LinkDialect {
  return isImageTraining(spec) ? IMAGE_DIALECT : POINT_DIALECT;
}

function same(a: unknown, b: unknown): boolean {
  const text = (part: unknown) => JSON.stringify(canonical(part, TRAINING_FIELD_NAMES));
  return text(a) === text(b);
}

/** Sections that are what they would be if nothing was said, and the noise if it is the algorithm's published one. */
export function untouchedParts(spec: TrainingSpec): ReadonlySet<string> {
  const parts: Readonly<Record<string, boolean>> = {
    ...(isImageTraining(spec) ? untouchedImages(spec) : untouchedPoints(spec)),
    noise: same(spec.training.noise, publishedFor(spec, spec.algorithm.kind).noise),
  };
  return new Set(Object.entries(parts).flatMap(([name, is]) => (is ? [name] : [])));
}

function untouchedPoints({ model, process, rewards, heldOut }: PointTrainingSpec) {
  return {
    model: same(model, TRAINING_DEFAULTS.model),
    process: same(process, TRAINING_DEFAULTS.process),
    rewards: same(rewards, defaultRewards(modelDimension(model) ?? 2)),
    heldOut: same(heldOut, defaultHeldOut(model)),
  };
}

/** The model is always written: it says what the link is about. */
function untouchedImages({ rewards, heldOut }: ImageTrainingSpec) {
  return {
    rewards: same(rewards, IMAGE_TRAINING_DEFAULTS.rewards),
    heldOut: same(heldOut, IMAGE_TRAINING_DEFAULTS.heldOut),
  };
}

/** The default of every field, given the kinds of a specification and its dimension. */
export function baselineOf(spec: TrainingSpec): TrainingSpec {
  const { kind } = spec.algorithm;
  const base = isImageTraining(spec) ? baselineImages(spec) : baselinePoints(spec);
  return {
    ...base,
    algorithm: algorithmFor(kind, spec.model),
    training: { ...base.training, ...publishedFor(spec, kind) },
  };
}

function baselinePoints(spec: PointTrainingSpec): PointTrainingSpec {
  const dim = modelDimension(spec.model) ?? 2;
  const standard = (reward: RewardSpec) =>
    completeReward(SECTION_SCHEMAS.reward.parse({ kind: reward.kind }), dim);
  return {
    ...TRAINING_DEFAULTS,
    model: baselineModel(spec.model, dim),
    process: SECTION_SCHEMAS.process.parse({ kind: spec.process.kind }),
    rewards: spec.rewards.map(({ reward }) => ({ reward: standard(reward), weight: 1 })),
    heldOut: spec.heldOut && standard(spec.heldOut),
  };
}

function baselineImages(spec: ImageTrainingSpec): ImageTrainingSpec {
  const standard = ({ kind }: ImageRewardSpec) => IMAGE_SECTIONS.reward.parse({ kind });
  return {
    ...IMAGE_TRAINING_DEFAULTS,
    rewards: spec.rewards.map(({ reward }) => ({ reward: standard(reward), weight: 1 })),
    heldOut: spec.heldOut && standard(spec.heldOut),
  };
}

/** The covariance's default follows the dimension of the mean that the link does hold. */
function baselineModel({ kind }: PointTrainingSpec["model"], dim: number): PointTrainingSpec["model"] {
  const model = completeModel(SECTION_SCHEMAS.model.parse({ kind }));
  if (model.kind !== "gaussian") return model;
  const { cov } = completeModel({ kind: "gaussian", mean: new Array<number>(dim).fill(0) }) as typeof model;
  return { ...model, cov };
}
