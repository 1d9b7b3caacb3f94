import { expect, it } from "vitest";
import { agrees, devicePixelRewards } from "../../src/engine/images/device-rewards.ts";
import { imageRewardValues } from "../../src/engine/images/reward-values.ts";
import { KernelCache } from "../../src/gpu/kernels.ts";
import { NOTHING_SAID } from "../../src/prompt/slots.ts";
import { blurred, noise, stack } from "../rewards/image/images.ts";
import { describeGpu } from "../support/gpu.ts";

const IMAGES = Float32Array.from(stack([blurred(1), noise(2), blurred(3)]));
const TOOLS = { classifiers: [], preference: null };
const ASKED = [1, 2, 3].map(() => NOTHING_SAID);
const REWARDS = [
  { kind: "smoothness" },
  { kind: "legibility" },
  { kind: "compressibility" },
  { kind: "colour", colour: [1, 0, 0] },
  { kind: "colour", colour: [0, 0, 1] },
] as const;

describeGpu("rewards of pixels on the image engine's device", (context) => {
  it("come in the order that was asked for, as the reference has them", async () => {
    const { device, software } = context();
    const pixelRewards = devicePixelRewards(new KernelCache(device), software);
    const images = IMAGES.slice();
    images[3072] = NaN;
    const expected = await imageRewardValues(REWARDS, images, ASKED, TOOLS);
    const got = await imageRewardValues(REWARDS, images, ASKED, { ...TOOLS, pixelRewards });
    // No classifier, no legibility.
    expect(got.map((row) => row === null)).toEqual([false, true, false, false, false]);
    got.forEach((row, r) =>
      row?.forEach((value, i) => {
        const reference = expected[r]?.[i] ?? 0;
        // 240 roundings of 2^-24, see the kernels' own tests; a file's size only rounds to f32.
        if (Number.isNaN(reference)) expect(value).toBeNaN();
        else expect(Math.abs(value - reference)).toBeLessThan(240 * 2 ** -24 * (1 + Math.abs(reference)));
      }),
    );
    expect(got[3]).not.toEqual(got[4]);
  });

  it("are not believed where the first image comes out otherwise", () => {
    const program = { kind: "compressibility" } as const;
    const right = imageRewardValues([program], IMAGES, ASKED, TOOLS);
    return right.then(([row]) => {
      expect(agrees(program, row!, IMAGES)).toBe(true);
      // The control: two bytes more.
      expect(
        agrees(
          program,
          row!.map((size) => size - 0.002),
          IMAGES,
        ),
      ).toBe(false);
      expect(
        agrees(
          program,
          row!.map(() => NaN),
          IMAGES,
        ),
      ).toBe(false);
    });
  });
});
