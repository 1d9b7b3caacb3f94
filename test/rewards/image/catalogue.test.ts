import { describe, expect, it } from "vitest";
import { IMAGE_REWARD_CARDS, imageRewardCard } from "../../../src/rewards/image/catalogue.ts";
import { imageRewardGradients, imageRewards } from "../../../src/rewards/image/evaluate.ts";
import type { ImageRewardProgram } from "../../../src/rewards/image/reward.ts";
import { IMAGE_REWARDS } from "../../../src/spec/images/types.ts";
import { blurred, box, draw, noise, stack } from "./images.ts";

const CHECKER = draw((row, column) => ((row + column) % 2 === 0 ? [1, 1, 1] : [0, 0, 0]));
const RED_BLUE = draw((row) => (row < 16 ? [1, 0, 0] : [0, 1, 1]));
const IMAGES = stack([
  ...[1, 2, 3, 4].map(blurred),
  noise(5),
  noise(6).map((x) => 2 * x),
  box({ top: 4, left: 4, height: 24, width: 24 }),
  CHECKER,
  RED_BLUE,
  draw(() => [0, 0, 1]),
]);
const PIXEL_REWARDS = [
  "compressibility",
  "incompressibility",
  "boldness",
  "stroke",
  "symmetry",
  "colourfulness",
  "colour",
  "contrast",
  "smoothness",
];

function program(id: string): ImageRewardProgram {
  return (id === "colour" ? { kind: id, colour: [1, 1, 1] } : { kind: id }) as ImageRewardProgram;
}

describe("The cards of the rewards", () => {
  it("are one for each reward of the specification, and each names a way to hack it", () => {
    const ids = IMAGE_REWARD_CARDS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining([...IMAGE_REWARDS]));
    for (const { title, meaning, hacks } of IMAGE_REWARD_CARDS) {
      expect(title).toMatch(/^[A-Z]/);
      expect(meaning).toMatch(/\.$/);
      expect(hacks.length).toBeGreaterThan(0);
    }
    expect(imageRewardCard("contrast").title).toBe("Contrast");
    expect(() => imageRewardCard("beauty")).toThrow(/got "beauty"/);
  });

  it.each(PIXEL_REWARDS)("tell the range of %s, and whether it has a gradient", (id) => {
    const { range, differentiable } = imageRewardCard(id);
    const values = imageRewards(program(id), IMAGES);
    // Sums of a thousand terms round by less than this.
    for (const value of values) {
      expect(value).toBeGreaterThanOrEqual(range[0] - 1e-9);
      expect(value).toBeLessThanOrEqual(range[1] + 1e-9);
    }
    // Control: the images are different enough to fill a third of a finite range that they were chosen for.
    const spread = Math.max(...values) - Math.min(...values);
    if (range.every(Number.isFinite) && id !== "stroke")
      expect(spread).toBeGreaterThan((range[1] - range[0]) / 3);
    expect(imageRewardGradients(program(id), IMAGES) !== null).toBe(differentiable);
  });

  it.each([
    ["compressibility", draw(() => [1, 1, 1]), blurred(1)],
    ["incompressibility", noise(1), blurred(1)],
    ["smoothness", draw(() => [1, 1, 1]), blurred(1)],
    ["symmetry", draw(() => [1, 1, 1]), blurred(1)],
    ["boldness", box({ top: 2, left: 2, height: 28, width: 28 }), blurred(1)],
    ["stroke", box({ top: 2, left: 2, height: 28, width: 28 }), blurred(1)],
    ["colourfulness", RED_BLUE, blurred(1)],
    ["colour", draw(() => [1, 1, 1]), blurred(1)],
  ])("name a hack of %s that works: it beats a letter-like image", (id, hacked, honest) => {
    const [won, fair] = imageRewards(program(id), stack([hacked, honest]));
    expect(won).toBeGreaterThan(fair!);
  });
});
