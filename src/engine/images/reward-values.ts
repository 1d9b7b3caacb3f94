/** Rewards of images as they are asked for by name: of the pixels, of the preference model, or of the reward classifiers. */
import type { PromptTokens } from "../../prompt/slots.ts";
import { aestheticScores } from "../../rewards/image/aesthetic.ts";
import {
  alignment,
  ensembleLogProbs,
  type ImageClassifier,
  legibility,
} from "../../rewards/image/classifier.ts";
import { imageRewards } from "../../rewards/image/evaluate.ts";
import type { PreferenceModel } from "../../rewards/image/preference.ts";
import type { ImageRewardProgram } from "../../rewards/image/reward.ts";
import type { ImageRewardRequest } from "../image-engine.ts";
import type { PixelRewards } from "./device-rewards.ts";

/** What rewards need beside the images. */
export interface RewardTools {
  readonly classifiers: readonly ImageClassifier[];
  readonly preference: PreferenceModel | null;
  /** Rewards of pixels on a device; without it they come from the CPU. */
  readonly pixelRewards?: PixelRewards | undefined;
}

/** Rewards that classifiers give. */
const JUDGED = new Set(["alignment", "legibility"]);

/** Values [n] of each reward of images [n, 3, 32, 32] with prompts [n]; null where it cannot be told. The classifiers look once. */
export async function imageRewardValues(
  rewards: readonly ImageRewardRequest[],
  images: Float32Array,
  asked: readonly PromptTokens[],
  { classifiers, preference, pixelRewards = onCpu }: RewardTools,
): Promise<(Float64Array | null)[]> {
  const judged = rewards.some(({ kind }) => JUDGED.has(kind)) && classifiers.length > 0;
  const logProbs = judged
    ? ensembleLogProbs(await Promise.all(classifiers.map((judge) => judge.logProbabilities(images))))
    : null;
  const programs = rewards.flatMap((request) => rewardProgram(request) ?? []);
  const ofPixels = programs.length > 0 ? [...(await pixelRewards(programs, images))] : [];
  return rewards.map((request) => {
    if (rewardProgram(request) !== null) return ofPixels.shift() ?? null;
    if (request.kind === "aesthetic") return preference && aestheticScores(preference, images);
    if (logProbs === null) return null;
    if (request.kind === "alignment") return alignment(logProbs, asked).mean;
    return request.kind === "legibility" ? legibility(logProbs, asked) : null;
  });
}

const onCpu: PixelRewards = (programs, images) =>
  Promise.resolve(programs.map((program) => imageRewards(program, images)));

/** What is missing for a reward, or null. */
export function rewardRefusal(kind: string, preference: PreferenceModel | string): string | null {
  if (kind === "aesthetic") return typeof preference === "string" ? preference : null;
  if (JUDGED.has(kind) || rewardProgram({ kind, colour: [0, 0, 0] }) !== null) return null;
  return `reward.kind: must be a reward of images, got ${kind}`;
}

/** The reward of the pixels of that name, or null for one of a model. */
export function rewardProgram({ kind, colour }: ImageRewardRequest): ImageRewardProgram | null {
  switch (kind) {
    case "compressibility":
    case "incompressibility":
    case "boldness":
    case "stroke":
    case "symmetry":
    case "colourfulness":
    case "contrast":
    case "smoothness":
      return { kind };
    case "colour":
      return { kind, colour: colour ?? [0, 0, 0] };
    default:
      return null;
  }
}
