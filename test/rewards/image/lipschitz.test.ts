import { describe, expect, it } from "vitest";
import { createRandom, DATA_STREAM } from "../../../src/math/philox.ts";
import { imageRewardGradients, imageRewards } from "../../../src/rewards/image/evaluate.ts";
import { imageRewardLipschitz } from "../../../src/rewards/image/lipschitz.ts";
import { IMAGE_SIZE } from "../../../src/rewards/image/pixels.ts";
import type { ImageRewardProgram } from "../../../src/rewards/image/reward.ts";
import { IMAGE_REWARDS } from "../../../src/spec/images/types.ts";
import { blurred, draw, noise } from "./images.ts";

const BLUE = [0.13, 0.25, 0.85] as const;

/** Programs with a constant, and by how much the steepest image found here may fall short of it. */
const STEEP: readonly (readonly [ImageRewardProgram, slack: number])[] = [
  [{ kind: "colour", colour: BLUE }, 1.001],
  // A checkerboard's differences have norm sqrt 8, but for the frame, and 1 / 32 is lost to the last row and column.
  [{ kind: "smoothness" }, 1.1],
  // Spread and mean cannot both take their share in every pixel.
  [{ kind: "colourfulness" }, 1.5],
];

function constantOf({ kind }: ImageRewardProgram): number {
  const known = imageRewardLipschitz(kind);
  if (known.constant === null) throw new Error(`${kind}: must have a constant`);
  return known.constant;
}

/** Images inside the range, among them some that make each reward steep. */
const IMAGES = [
  ...[1, 2, 3].map(blurred),
  noise(4),
  draw((row, column) => ((row + column) % 2 === 0 ? [0.6, 0.6, 0.6] : [0.4, 0.4, 0.4])),
  draw((_, column) => (column < 16 ? [0.6, 0.4, 0.5] : [0.4, 0.6, 0.5])),
  draw(() => [0.6, 0.4, 0.5]),
];

const length = (v: Float64Array) => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));

describe("Lipschitz constants of image rewards", () => {
  it.each(STEEP)("bound every slope, and some image comes near: $kind", (program, slack) => {
    const constant = constantOf(program);
    const slopes = IMAGES.map((image) => length(imageRewardGradients(program, image)!));
    // f64 sums of 3,072 squares: 1e-12.
    for (const slope of slopes) expect(slope).toBeLessThanOrEqual(constant * (1 + 1e-12));
    expect(Math.max(...slopes) * slack).toBeGreaterThan(constant);
  });

  it.each(STEEP)("bound differences of far images, clipped ones too: $kind", (program) => {
    const random = createRandom(3, DATA_STREAM);
    for (const a of IMAGES)
      for (const b of IMAGES) {
        const moved = b.map((x) => x + 0.8 * random.normal());
        const [first = NaN, second = NaN] = imageRewards(program, Float64Array.of(...a, ...moved));
        const apart = length(a.map((x, j) => x - moved[j]!));
        expect(Math.abs(first - second)).toBeLessThanOrEqual(constantOf(program) * apart * (1 + 1e-12));
      }
  });

  it("are missing with a reason wherever none is known", () => {
    const steep = new Set(STEEP.map(([{ kind }]) => kind as string));
    for (const kind of IMAGE_REWARDS) {
      const known = imageRewardLipschitz(kind);
      expect(known.constant !== null).toBe(steep.has(kind));
      if (known.constant === null) expect(known.reason).toMatch(/\w{3}/);
    }
    expect(IMAGES.every(({ length: size }) => size === IMAGE_SIZE)).toBe(true);
  });
});
