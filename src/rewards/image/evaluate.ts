/** Rewards of images, and their gradients: the reference for every device, in f64. */
import { boldness, stroke } from "./boldness.ts";
import { colourCloseness } from "./colour.ts";
import { colourfulness } from "./colourfulness.ts";
import { fileSize } from "./compressibility.ts";
import { contrast } from "./contrast.ts";
import { IMAGE_SIZE, type ImageArray, imageCount, shownPixels } from "./pixels.ts";
import type { ImageRewardProgram, PixelReward } from "./reward.ts";
import { smoothness } from "./smoothness.ts";
import { symmetry } from "./symmetry.ts";

/** The reward of shown pixels that a program stands for. */
export function pixelReward(program: ImageRewardProgram): PixelReward {
  switch (program.kind) {
    case "compressibility":
      return fileSize(-1, program.quality);
    case "incompressibility":
      return fileSize(1, program.quality);
    case "boldness":
      return boldness(program.asked);
    case "stroke":
      return stroke(program.asked);
    case "symmetry":
      return symmetry;
    case "colourfulness":
      return colourfulness;
    case "colour":
      return colourCloseness(program.colour);
    case "contrast":
      return contrast;
    case "smoothness":
      return smoothness;
  }
}

/** Rewards [n] of images [n, 3, 32, 32] in [-1, 1]; NaN for an image with a NaN or infinite number. Throws RangeError on a part of an image. */
export function imageRewards(program: ImageRewardProgram, images: ImageArray): Float64Array {
  const reward = pixelReward(program);
  const pixels = new Float64Array(IMAGE_SIZE);
  return Float64Array.from({ length: imageCount(images) }, (_, i) =>
    shownPixels(images, i, pixels) ? reward.value(pixels) : NaN,
  );
}

/**
 * Derivatives [n, 3, 32, 32] of the rewards along the images' own numbers, for images in [-1, 1]: half of those along the
 * shown pixels, and 0 for a number outside the range, which no screen shows. null where the reward has no derivative.
 */
export function imageRewardGradients(program: ImageRewardProgram, images: ImageArray): Float64Array | null {
  const { gradient } = pixelReward(program);
  if (!gradient) return null;
  const n = imageCount(images);
  const pixels = new Float64Array(IMAGE_SIZE);
  const all = new Float64Array(n * IMAGE_SIZE);
  for (let i = 0; i < n; i++) {
    const out = all.subarray(i * IMAGE_SIZE, (i + 1) * IMAGE_SIZE);
    if (!shownPixels(images, i, pixels)) {
      out.fill(NaN);
      continue;
    }
    gradient(pixels, out);
    for (let j = 0; j < IMAGE_SIZE; j++)
      out[j] = Math.abs(images[i * IMAGE_SIZE + j] ?? 0) > 1 ? 0 : (out[j] ?? 0) / 2;
  }
  return all;
}
