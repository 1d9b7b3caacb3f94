import { describe, expect, it } from "vitest";
import {
  createImageRewardEncoder,
  IMAGE_REWARD_INVALID,
  IMAGE_REWARD_PARAMS,
  imageRewardDefinition,
} from "../../../src/engine/webgpu/image-rewards.ts";
import { BufferScope, readBuffers } from "../../../src/gpu/buffers.ts";
import type { GpuContext } from "../../../src/gpu/device.ts";
import { KernelCache } from "../../../src/gpu/kernels.ts";
import { checked } from "../../../src/gpu/scopes.ts";
import { imageRewards } from "../../../src/rewards/image/evaluate.ts";
import type { ImageRewardProgram } from "../../../src/rewards/image/reward.ts";
import { structOffsets } from "../../shaders/struct-offsets.ts";
import { describeGpu } from "../../support/gpu.ts";
import { expectClose, isClose } from "../../support/numbers.ts";
import { blurred, box, draw, noise, stack } from "./images.ts";
import { byteThresholds, FILE_TABLE, fileSizeTables } from "../../../src/rewards/image/jpeg-device.ts";
import { shownByte } from "../../../src/rewards/image/compressibility.ts";
import { jpegImages } from "./jpeg-images.ts";

const ASKED = { ink: [0.85, 0.12, 0.12], background: [0.97, 0.87, 0.15] } as const;
const F32 = 2 ** -24;

/**
 * Allowed absolute error in units of 2^-24. Each sum of 1,024 terms takes 16 + 6 additions, at most three sums follow one
 * another, and pixels round twice: some 80 roundings of the reward's own scale. Colours of ink and background differ by 0.2 or
 * more, or are floored, and dividing by that difference multiplies roundings by 5. Contrast's power 2.4 of WGSL is good to some
 * 2^-20, and its ratio multiplies it by up to 21.
 */
const PROGRAMS: readonly (readonly [ImageRewardProgram, units: number])[] = [
  [{ kind: "boldness" }, 400],
  [{ kind: "boldness", asked: ASKED }, 400],
  [{ kind: "stroke" }, 17 * 400],
  [{ kind: "stroke", asked: ASKED }, 17 * 400],
  [{ kind: "symmetry" }, 400],
  [{ kind: "colourfulness" }, 300 * 80],
  [{ kind: "colour", colour: [0.13, 0.25, 0.85] }, 80],
  [{ kind: "contrast" }, 21 * 400],
  [{ kind: "smoothness" }, 3 * 80],
];

const IMAGES = Float32Array.from(
  stack([
    ...[1, 2, 3, 4, 5, 6].map(blurred),
    blurred(7).map((x) => 1.4 * x),
    box({ top: 4, left: 9, height: 24, width: 5 }, [0.85, 0.12, 0.12], [0.97, 0.87, 0.15]),
    box({ top: 0, left: 0, height: 32, width: 9 }),
    draw(() => [1, 0, 0]),
    noise(8),
  ]),
);
const COUNT = IMAGES.length / 3072;

/** Bytes [32, 32, 3] as an image [3, 32, 32]. */
function planesOf(bytes: Uint8Array): number[] {
  return Array.from(
    { length: 3072 },
    (_, j) => (bytes[3 * (j % 1024) + Math.floor(j / 1024)]! / 255) * 2 - 1,
  );
}

/** Numbers on and just below the thresholds between bytes, where rounding decides. */
function atThresholds(): number[] {
  const thresholds = byteThresholds();
  return Array.from({ length: 3072 }, (_, j) => {
    const least = thresholds[1 + (j % 255)]!;
    return Math.floor(j / 255) % 2 === 0 ? least : Math.fround(least - 2 ** -24);
  });
}

async function onDevice(
  { device, software }: GpuContext,
  program: ImageRewardProgram,
  images: Float32Array,
): Promise<Float32Array> {
  const scope = new BufferScope(device);
  const count = images.length / 3072;
  try {
    return await checked(device, "image rewards", async () => {
      const encode = await createImageRewardEncoder(
        { kernels: new KernelCache(device), software, scope },
        program,
      );
      const rewards = scope.storage("rewards", 4 * (count + 2));
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      encode(pass, { count, to: 2, images: scope.upload("images", images), rewards });
      pass.end();
      device.queue.submit([encoder.finish()]);
      const [bytes] = await readBuffers(device, [{ buffer: rewards, bytes: 4 * (count + 2) }]);
      const all = new Float32Array(bytes!);
      expect([...all.subarray(0, 2)]).toEqual([0, 0]);
      return all.slice(2);
    });
  } finally {
    scope.dispose();
  }
}

describeGpu("rewards of images on the device", (context) => {
  for (const [program, units] of PROGRAMS)
    it(`equal the reference: ${program.kind}${"asked" in program ? " along asked colours" : ""}`, async () => {
      const expected = imageRewards(program, IMAGES);
      const got = await onDevice(context(), program, IMAGES);
      got.forEach((value, i) => expectClose(value, expected[i]!, { absolute: units * F32 }, `image ${i}`));
      // Control: a right half a little less red is told apart in most images.
      const other = imageRewards(
        program,
        IMAGES.map((x, j) => (j % 3072 < 1024 && j % 32 > 15 ? x - 0.1 : x)),
      );
      const seen = got.filter((value, i) => !isClose(value, other[i]!, { absolute: units * F32 }));
      expect(seen.length).toBeGreaterThan(COUNT / 2);
    });

  it.each([80, 100, 30])("equal the reference to the byte: file sizes at quality %i", async (quality) => {
    const images = Float32Array.of(
      ...IMAGES,
      ...Object.values(jpegImages()).flatMap(planesOf),
      ...atThresholds(),
    );
    for (const kind of ["compressibility", "incompressibility"] as const) {
      const bytes = (values: ArrayLike<number>) => Array.from(values, (kB) => Math.round(1000 * kB));
      const expected = imageRewards({ kind, quality }, images);
      const got = await onDevice(context(), { kind, quality }, images);
      expect(bytes(got)).toEqual(bytes(expected));
      // Control: most images whose upper quarter is darker have another size, which the comparison would see.
      const other = imageRewards(
        { kind, quality },
        images.map((x, j) => (j % 1024 < 256 ? x - 0.3 : x)),
      );
      const changed = bytes(got).filter((size, i) => size !== bytes(other)[i]);
      expect(changed.length).toBeGreaterThan(bytes(got).length / 2);
    }
  });

  it("are marked for an image with NaN or infinity, and only for that one", async () => {
    const broken = IMAGES.slice(0, 4 * 3072);
    broken[3072 + 77] = NaN;
    broken[3 * 3072 - 1] = -Infinity;
    const got = await onDevice(context(), { kind: "smoothness" }, broken);
    expect([...got].map((value) => value < IMAGE_REWARD_INVALID)).toEqual([true, false, false, true]);
  });
});

describe("kernels of image rewards", () => {
  it("have the struct that is packed for them", () => {
    for (const [program] of PROGRAMS) {
      const { fields } = structOffsets(imageRewardDefinition(program).texts.join("\n"), "ImageRewardParams");
      expect(fields).toEqual(
        Object.entries(IMAGE_REWARD_PARAMS.fields).map(([name, type]) => ({
          name,
          type,
          offset: IMAGE_REWARD_PARAMS.offsets[name as "to"],
        })),
      );
    }
  });

  it("find the tables of file sizes in their places", () => {
    const text = imageRewardDefinition({ kind: "compressibility" }).texts.join("\n");
    const constant = (name: string) => Number(new RegExp(`const ${name} = (\\d+)u`).exec(text)?.[1]);
    expect(constant("FILE_STEPS")).toBe(FILE_TABLE.steps);
    expect(constant("FILE_ZIGZAG")).toBe(FILE_TABLE.zigzag);
    expect(constant("FILE_DC_CODES")).toBe(FILE_TABLE.dcCodes);
    expect(constant("FILE_AC_CODES")).toBe(FILE_TABLE.acCodes);
    expect(fileSizeTables(1, 80)).toHaveLength(FILE_TABLE.acCodes + 512);
    const thresholds = byteThresholds();
    thresholds.forEach((least, byte) => {
      if (byte === 0) return;
      expect(shownByte(least)).toBe(byte);
      // The f32 below: at most 2^-24 of a number of size 1.
      expect(shownByte(least - 2 ** -23)).toBe(byte - 1);
    });
  });
});
