import { describe, expect, it } from "vitest";
import { createRandom, DATA_STREAM } from "../../../src/math/philox.ts";
import { imageRewardGradients, imageRewards } from "../../../src/rewards/image/evaluate.ts";
import { IMAGE_SIZE } from "../../../src/rewards/image/pixels.ts";
import type { ImageRewardProgram } from "../../../src/rewards/image/reward.ts";
import { blurred, noise } from "./images.ts";

const ASKED = { ink: [0.85, 0.12, 0.12], background: [0.97, 0.87, 0.15] } as const;
const PROGRAMS: readonly ImageRewardProgram[] = [
  { kind: "boldness" },
  { kind: "boldness", asked: ASKED },
  { kind: "stroke" },
  { kind: "stroke", asked: ASKED },
  { kind: "symmetry" },
  { kind: "colourfulness" },
  { kind: "colour", colour: [0.13, 0.25, 0.85] },
  { kind: "contrast" },
  { kind: "smoothness" },
];

/** Random direction [3, 32, 32] of length 1. */
function direction(seed: number): Float64Array {
  const random = createRandom(seed, DATA_STREAM);
  const v = Float64Array.from({ length: IMAGE_SIZE }, () => random.normal());
  const length = Math.hypot(...v);
  return v.map((x) => x / length);
}

/**
 * Smallest error over several h of central differences along v, relative to the gradient's length. Truncation is of order
 * h^2, rounding 1e-16 / h: one of the three h gives about 1e-9 where the function is smooth over h; 1e-6 leaves room for an image
 * near a kink.
 */
function slopeError(
  program: ImageRewardProgram,
  image: Float64Array,
  gradient: Float64Array,
  v: Float64Array,
): number {
  const along = gradient.reduce((sum, g, j) => sum + g * v[j]!, 0);
  // A random unit direction meets a gradient g at about |g| / sqrt(3072).
  const scale = Math.hypot(...gradient) / Math.sqrt(IMAGE_SIZE);
  const errors = [1e-3, 1e-4, 1e-5].map((h) => {
    const at = (step: number) =>
      imageRewards(
        program,
        image.map((x, j) => x + step * v[j]!),
      )[0]!;
    return Math.abs((at(h) - at(-h)) / (2 * h) - along) / scale;
  });
  return Math.min(...errors);
}

describe("The gradient of", () => {
  for (const program of PROGRAMS)
    it(`${program.kind}${"asked" in program ? " along asked colours" : ""} is the slope in random directions`, () => {
      for (const image of [blurred(1), blurred(2), blurred(3), noise(4).map((x) => 0.95 * x)]) {
        const gradient = imageRewardGradients(program, image)!;
        expect(Math.hypot(...gradient)).toBeGreaterThan(1e-6);
        for (const seed of [11, 12, 13])
          expect(slopeError(program, image, gradient, direction(seed))).toBeLessThan(1e-6);
        // Control: a gradient off by 1 % in length, or with one plane missing, is noticed.
        const errors = [gradient.map((g) => 1.01 * g), gradient.map((g, j) => (j < 1024 ? 0 : g))].map(
          (wrong) =>
            Math.max(...[11, 12, 13].map((seed) => slopeError(program, image, wrong, direction(seed)))),
        );
        expect(Math.min(...errors)).toBeGreaterThan(1e-4);
      }
    });

  it("a file's size does not exist", () => {
    expect(imageRewardGradients({ kind: "compressibility" }, noise(1))).toBeNull();
    expect(imageRewardGradients({ kind: "incompressibility" }, noise(1))).toBeNull();
  });
});
