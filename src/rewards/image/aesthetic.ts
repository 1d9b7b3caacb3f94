/** The aesthetic reward of images: a preference model on features that are themselves rewards of the pixels. */
import { imageRewards } from "./evaluate.ts";
import { type ImageArray, imageCount } from "./pixels.ts";
import { type PreferenceModel, preferenceScores } from "./preference.ts";
import type { ImageRewardProgram } from "./reward.ts";

/** Features that a preference model may name. */
export const PREFERENCE_FEATURES = [
  "compressibility",
  "boldness",
  "stroke",
  "symmetry",
  "colourfulness",
  "contrast",
  "smoothness",
] as const satisfies readonly ImageRewardProgram["kind"][];

type FeatureName = (typeof PREFERENCE_FEATURES)[number];

/** Features [n, F] of images [n, 3, 32, 32] in the order of `names`; NaN for an image with a NaN. */
export function preferenceFeatures(names: readonly FeatureName[], images: ImageArray): Float64Array {
  const values = new Float64Array(imageCount(images) * names.length);
  names.forEach((kind, f) => {
    imageRewards({ kind }, images).forEach((value, i) => {
      values[i * names.length + f] = value;
    });
  });
  return values;
}

/** Scores [n] of images, logits. */
export function aestheticScores(model: PreferenceModel, images: ImageArray): Float64Array {
  const names = model.features.map(({ name }) => featureNamed(name));
  return preferenceScores(model, preferenceFeatures(names, images));
}

/** Why a preference model cannot score images here, or null. */
export function preferenceProblem(model: PreferenceModel): string | null {
  const unknown = model.features.find(({ name }) => !isFeature(name));
  if (unknown === undefined) return null;
  return `preference.features: names must be among ${PREFERENCE_FEATURES.join(", ")}, got "${unknown.name}"; fit the model to those`;
}

function featureNamed(name: string): FeatureName {
  if (isFeature(name)) return name;
  throw new RangeError(`aestheticScores: internal: features must have been checked, got "${name}"`);
}

function isFeature(name: string): name is FeatureName {
  return (PREFERENCE_FEATURES as readonly string[]).includes(name);
}
