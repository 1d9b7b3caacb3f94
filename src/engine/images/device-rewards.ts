/** Rewards of pixels in the lab's WebGPU kernels, used while they agree with the reference on the first image of each kind. */
import { BufferScope, readBuffers } from "../../gpu/buffers.ts";
import type { KernelCache } from "../../gpu/kernels.ts";
import { imageRewards } from "../../rewards/image/evaluate.ts";
import type { ImageRewardProgram } from "../../rewards/image/reward.ts";
import { createImageRewardEncoder, IMAGE_REWARD_INVALID } from "../webgpu/image-rewards.ts";
import { IMAGE_SIZE } from "../image-engine.ts";

/** Values [programs][n] of images [n, 3, 32, 32]; NaN for an image with a NaN or infinite number. */
export type PixelRewards = (
  programs: readonly ImageRewardProgram[],
  images: Float32Array,
) => Promise<readonly Float64Array[]>;

/**
 * Relative to 1 + |value|: the tests of the kernels derive at most 21 * 400 roundings of 2^-24 on values of that size, 5e-4.
 * A file's size is the same to the byte, 1e-3 kB.
 */
const SAME = 6e-4;

/** Rewards on a device. Kernels that differ from the reference are not used: those rewards then come from the CPU. */
export function devicePixelRewards(kernels: KernelCache, software: boolean): PixelRewards {
  const trusted = new Map<string, boolean>();
  return async (programs, images) => {
    const values = await onDevice(kernels, software, programs, images);
    return values.map((row, i) => {
      const program = programs[i];
      if (program === undefined) throw new Error("devicePixelRewards: internal: a row for each program");
      const known = trusted.get(program.kind) ?? agrees(program, row, images);
      trusted.set(program.kind, known);
      return known ? row : imageRewards(program, images);
    });
  };
}

/** True if the first of a row of values is that of the reference. */
export function agrees(program: ImageRewardProgram, row: Float64Array, images: Float32Array): boolean {
  const [reference = NaN] = imageRewards(program, images.subarray(0, IMAGE_SIZE));
  const [value = NaN] = row;
  return Math.abs(value - reference) <= SAME * (1 + Math.abs(reference)) || Object.is(value, reference);
}

async function onDevice(
  kernels: KernelCache,
  software: boolean,
  programs: readonly ImageRewardProgram[],
  images: Float32Array,
): Promise<Float64Array[]> {
  const { device } = kernels;
  const count = images.length / IMAGE_SIZE;
  const scope = new BufferScope(device);
  try {
    const workspace = { kernels, software, scope };
    const encoders = await Promise.all(
      programs.map((program) => createImageRewardEncoder(workspace, program)),
    );
    const bytes = 4 * count * programs.length;
    const buffers = {
      images: scope.upload("pixel_rewards.images", images),
      rewards: scope.storage("pixel_rewards.rewards", bytes),
    };
    const commands = device.createCommandEncoder({ label: "pixel_rewards.encoder" });
    const pass = commands.beginComputePass({ label: "pixel_rewards.pass" });
    encoders.forEach((encode, i) => encode(pass, { count, to: i * count, ...buffers }));
    pass.end();
    device.queue.submit([commands.finish()]);
    const [read = new ArrayBuffer(0)] = await readBuffers(device, [{ buffer: buffers.rewards, bytes }]);
    const all = Float64Array.from(new Float32Array(read), (r) => (r < IMAGE_REWARD_INVALID ? r : NaN));
    return programs.map((_, i) => all.slice(i * count, (i + 1) * count));
  } finally {
    scope.dispose();
  }
}
