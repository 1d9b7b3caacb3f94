/** Names of the rewards on images, as the page writes them. */
import type { ImageRewardKind } from "../../spec/images/types.ts";

export const IMAGE_REWARD_WORDS: Readonly<Record<ImageRewardKind, string>> = {
  alignment: "Prompt alignment",
  legibility: "Legibility",
  aesthetic: "Aesthetic",
  compressibility: "Compressibility",
  incompressibility: "Incompressibility",
  boldness: "Boldness",
  symmetry: "Symmetry",
  colourfulness: "Colourfulness",
  colour: "Closeness to a colour",
  contrast: "Contrast",
  smoothness: "Smoothness",
};
