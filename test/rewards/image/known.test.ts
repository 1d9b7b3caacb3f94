import { describe, expect, it } from "vitest";
import { contrastRatio, relativeLuminance } from "../../../src/rewards/image/contrast.ts";
import { imageRewardGradients, imageRewards } from "../../../src/rewards/image/evaluate.ts";
import { estimateInk } from "../../../src/rewards/image/ink.ts";
import { IMAGE_SIZE, type Rgb, shownPixels } from "../../../src/rewards/image/pixels.ts";
import type { ImageRewardProgram } from "../../../src/rewards/image/reward.ts";
import { expectClose } from "../../support/numbers.ts";
import { BLACK, box, draw, noise, RED, stack, WHITE } from "./images.ts";

function reward(program: ImageRewardProgram, image: Float64Array): number {
  return imageRewards(program, image)[0] ?? NaN;
}

/** Coverage of pure ink: |a|^2 / (|a|^2 + 10^-3), short of 1 by the floor of ink.ts. */
function pure(ink: Rgb, background: Rgb): number {
  const square = ink.reduce((sum, value, c) => sum + (value - background[c]!) ** 2, 0);
  return square / (square + 1e-3);
}

const BOX = { top: 12, left: 12, height: 8, width: 8 };
// The other floor, 10^-6 against a weight of at least 64 |d|^4 >= 64, leaves this.
const FLOOR = { relative: 2e-8 };

describe("Boldness", () => {
  it("is the share of ink, whatever the colours", () => {
    for (const [ink, ground] of [
      [BLACK, WHITE],
      [WHITE, BLACK],
      [RED, WHITE],
      [RED, [0, 0, 1]],
    ] as [Rgb, Rgb][])
      expectClose(
        reward({ kind: "boldness" }, box(BOX, ink, ground)),
        (pure(ink, ground) * 64) / 1024,
        FLOOR,
      );
  });

  it("grows with the ink, and is 0 for a blank image of any colour", () => {
    const of = (width: number) => reward({ kind: "boldness" }, box({ ...BOX, left: 4, width }));
    expect([2, 4, 8, 16].map(of)).toEqual([2, 4, 8, 16].map(of).sort((a, b) => a - b));
    for (const colour of [BLACK, WHITE, RED])
      expectClose(
        reward(
          { kind: "boldness" },
          draw(() => colour),
        ),
        0,
        { absolute: 1e-12 },
      );
  });

  it("does not count ink that nobody can see: 1 % of difference is almost blank", () => {
    const faint = box(BOX, [0.5, 0.5, 0.5], [0.51, 0.51, 0.51]);
    expect(reward({ kind: "boldness" }, faint)).toBeLessThan(0.3 * (64 / 1024));
  });

  it("along the prompt's colours sees only the ink that was asked for", () => {
    const asked = { ink: RED, background: WHITE };
    expectClose(reward({ kind: "boldness", asked }, box(BOX, RED)), (pure(RED, WHITE) * 64) / 1024, FLOOR);
    // White asked, red everywhere: all is ink. Estimated from the image, it would be background.
    expectClose(
      reward(
        { kind: "boldness", asked },
        draw(() => RED),
      ),
      pure(RED, WHITE),
      FLOOR,
    );
    expectClose(
      reward(
        { kind: "boldness" },
        draw(() => RED),
      ),
      0,
      { absolute: 1e-12 },
    );
    // Green ink covers no red, since the step from white to green is orthogonal to none: (0,-1,-1).(-1,0,-1) / 2 = 1/2.
    expectClose(reward({ kind: "boldness", asked }, box(BOX, [0, 1, 0])), (64 / 1024) * (1 / 2.001), FLOOR);
  });

  it("estimates both colours", () => {
    const pixels = new Float64Array(IMAGE_SIZE);
    shownPixels(box(BOX, RED, [0.1, 0.9, 0.4]), 0, pixels);
    const { ink, background } = estimateInk(pixels);
    [1, 0, 0].forEach((value, c) => expectClose(ink[c]!, value, { absolute: 1e-7 }));
    [0.1, 0.9, 0.4].forEach((value, c) => expectClose(background[c]!, value, { absolute: 1e-12 }));
  });
});

describe("Stroke width", () => {
  it("of a box is 2 area / perimeter", () => {
    const k = pure(BLACK, WHITE);
    // 8 steps along each side but for one corner, where both steps meet: sqrt 2 instead of 2; each softened by 10^-3.
    const perimeter = k * (4 * 8 - 2 + Math.SQRT2) - 31e-3 + 1e-3;
    // What is left of the softening: s^2 / 2 for each of 31 steps.
    expectClose(reward({ kind: "stroke" }, box(BOX)), (2 * 64 * k) / perimeter, { relative: 2e-6 });
  });

  it("is near w for a long stroke, and tells thin from thick where boldness cannot", () => {
    const asked = { ink: BLACK, background: WHITE };
    for (const width of [1, 2, 3, 4]) {
      const bar = box({ top: 0, left: 10, height: 32, width });
      // Ends: 2 w h / (2 h + 2 w) falls short of w by w / (h + w).
      expectClose(reward({ kind: "stroke", asked }, bar), (width * 32) / (32 + width), { relative: 0.02 });
    }
    const stripes = draw((row, column) =>
      row > 3 && row < 28 && column > 3 && column < 28 && column % 6 < 2 ? BLACK : WHITE,
    );
    const block = box({ top: 4, left: 4, height: 24, width: 8 });
    expectClose(reward({ kind: "boldness" }, stripes), reward({ kind: "boldness" }, block), {
      relative: 1e-7,
    });
    expect(reward({ kind: "stroke" }, stripes)).toBeLessThan(0.4 * reward({ kind: "stroke" }, block));
  });

  it("is 0 for a blank image and 16 for one full of ink", () => {
    const asked = { ink: BLACK, background: WHITE };
    expectClose(
      reward(
        { kind: "stroke", asked },
        draw(() => WHITE),
      ),
      0,
      { absolute: 1e-12 },
    );
    // 2 x 1024 / (128 - 2 + sqrt 2).
    expectClose(
      reward(
        { kind: "stroke", asked },
        draw(() => BLACK),
      ),
      2048 / 127.41,
      { relative: 2e-3 },
    );
  });
});

describe("Symmetry", () => {
  it("is 1 for a mirrored image, near 0 where nothing falls together, in between otherwise", () => {
    const symmetric = box(BOX);
    const left = box({ top: 8, left: 4, height: 16, width: 6 });
    const shifted = box({ top: 8, left: 8, height: 16, width: 12 });
    expect(reward({ kind: "symmetry" }, symmetric)).toBe(1);
    // The floor of the denominator, 10^-3 of 2 x 96 x 3.
    expectClose(reward({ kind: "symmetry" }, left), 0, { absolute: 2e-6 });
    // Columns 8 .. 19 and their mirror 12 .. 23 share 8 of 12.
    expectClose(reward({ kind: "symmetry" }, shifted), 8 / 12, { absolute: 2e-6 });
    expect(
      reward(
        { kind: "symmetry" },
        draw(() => RED),
      ),
    ).toBe(1);
  });

  it("sees colours: a shape of two colours is not symmetric (control)", () => {
    const two = draw((row, column) =>
      row < 8 || row > 23 || column < 8 || column > 23 ? WHITE : column < 16 ? RED : BLACK,
    );
    expect(reward({ kind: "symmetry" }, two)).toBeLessThan(0.9);
  });
});

describe("Colourfulness", () => {
  it("is 0 for greys and Hasler and Suesstrunk's number for pure colours", () => {
    expectClose(reward({ kind: "colourfulness" }, box(BOX)), 0, { absolute: 1e-9 });
    const length = Math.hypot(255, 127.5);
    expectClose(
      reward(
        { kind: "colourfulness" },
        draw(() => RED),
      ),
      0.3 * length,
      { relative: 1e-12 },
    );
    // Red and cyan in equal parts: means 0, both standard deviations the full swing.
    const halves = draw((_, column) => (column < 16 ? RED : [0, 1, 1]));
    expectClose(reward({ kind: "colourfulness" }, halves), length, { relative: 1e-12 });
  });
});

describe("Closeness to a colour", () => {
  it("is 1 at the colour, 0 at the far corner, and the share of pixels between", () => {
    expect(
      reward(
        { kind: "colour", colour: RED },
        draw(() => RED),
      ),
    ).toBe(1);
    expectClose(
      reward(
        { kind: "colour", colour: WHITE },
        draw(() => BLACK),
      ),
      0,
      { absolute: 1e-12 },
    );
    expectClose(reward({ kind: "colour", colour: WHITE }, box(BOX)), 1 - 64 / 1024, { relative: 1e-12 });
  });
});

describe("Contrast", () => {
  it("is that of the guidelines", () => {
    expect(relativeLuminance(WHITE)).toBeCloseTo(1, 12);
    expectClose(contrastRatio(BLACK, WHITE), 21, { relative: 1e-12 });
    // Published values: #ff0000 on white 3.998, #777777 on white 4.478, #0000ff on white 8.592.
    expectClose(contrastRatio(RED, WHITE), 3.998, { absolute: 5e-4 });
    expectClose(contrastRatio([119 / 255, 119 / 255, 119 / 255], WHITE), 4.478, { absolute: 5e-4 });
    expectClose(contrastRatio([0, 0, 1], WHITE), 8.592, { absolute: 5e-4 });
  });

  it("of an image is that of its two colours, either way round", () => {
    // The estimate of the ink is off by 10^-6 / (64 |d|^4).
    expectClose(reward({ kind: "contrast" }, box(BOX)), 21, { relative: 1e-6 });
    expectClose(reward({ kind: "contrast" }, box(BOX, WHITE, BLACK)), 21, { relative: 1e-6 });
    expectClose(reward({ kind: "contrast" }, box(BOX, RED)), contrastRatio(RED, WHITE), { relative: 1e-6 });
    expectClose(
      reward(
        { kind: "contrast" },
        draw(() => RED),
      ),
      1,
      { absolute: 1e-12 },
    );
  });

  it("is not that of the mean colour (control)", () => {
    expect(Math.abs(reward({ kind: "contrast" }, box({ ...BOX, width: 2 }, RED)) - 3.998)).toBeLessThan(0.01);
  });
});

describe("Smoothness", () => {
  it("is minus the length of the edges times their height", () => {
    const edge = draw((_, column) => (column < 16 ? BLACK : WHITE));
    const softened = Math.sqrt(3 + 1e-6) - 1e-3;
    expectClose(reward({ kind: "smoothness" }, edge), (-32 * softened) / 1024, { relative: 1e-12 });
    expectClose(
      reward(
        { kind: "smoothness" },
        draw(() => RED),
      ),
      0,
      { absolute: 1e-15 },
    );
    expect(reward({ kind: "smoothness" }, noise(1))).toBeLessThan(-0.5);
  });
});

describe("Every reward", () => {
  const programs: readonly ImageRewardProgram[] = [
    ...(["compressibility", "incompressibility", "boldness", "stroke", "symmetry"] as const).map((kind) => ({
      kind,
    })),
    ...(["colourfulness", "contrast", "smoothness"] as const).map((kind) => ({ kind })),
    { kind: "colour", colour: RED },
  ];
  it.each(programs)(
    "$kind judges what a screen shows, image by image, and gives NaN for a broken one",
    (program) => {
      const wild = noise(2).map((x) => 3 * x);
      const shown = wild.map((x) => Math.min(1, Math.max(-1, x)));
      const broken = noise(3).fill(NaN, 100, 101);
      const all = imageRewards(
        program,
        stack([wild, shown, broken, box(BOX), wild.map((x) => Math.fround(x))]),
      );
      expect(all[0]).toBe(all[1]);
      expect(all[2]).toBeNaN();
      expect(all[3]).toBe(reward(program, box(BOX)));
      expect(imageRewards(program, Float32Array.from(wild))[0]).toBe(all[4]);
      // Control: another image has another reward.
      expect(all[3]).not.toBe(all[0]);
      expect(() => imageRewards(program, new Float32Array(100))).toThrow(/multiple of 3072/);
      const gradients = imageRewardGradients(program, stack([wild]));
      gradients?.forEach((slope, j) => Math.abs(wild[j]!) > 1 && expect(slope).toBe(0));
    },
  );
});
