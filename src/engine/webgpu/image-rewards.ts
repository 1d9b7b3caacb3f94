/** Rewards of images on the device, one workgroup per image; shaders/rewards. */
import imageInk from "../../../shaders/lib/image_ink.wgsl?raw";
import imagePixels from "../../../shaders/lib/image_pixels.wgsl?raw";
import boldness from "../../../shaders/rewards/boldness.wgsl?raw";
import colour from "../../../shaders/rewards/colour.wgsl?raw";
import colourfulness from "../../../shaders/rewards/colourfulness.wgsl?raw";
import contrast from "../../../shaders/rewards/contrast.wgsl?raw";
import fileSize from "../../../shaders/rewards/file_size.wgsl?raw";
import imageReward from "../../../shaders/rewards/image_reward.wgsl?raw";
import smoothness from "../../../shaders/rewards/smoothness.wgsl?raw";
import stroke from "../../../shaders/rewards/stroke.wgsl?raw";
import symmetry from "../../../shaders/rewards/symmetry.wgsl?raw";
import { bindKernel, type KernelDefinition } from "../../gpu/kernels.ts";
import { uniformLayout } from "../../gpu/uniform-layout.ts";
import { JPEG_QUALITY } from "../../rewards/image/compressibility.ts";
import { fileSizeTables } from "../../rewards/image/jpeg-device.ts";
import type { ImageRewardProgram } from "../../rewards/image/reward.ts";
import type { Workspace } from "./chain.ts";

export const IMAGE_REWARD_PARAMS = uniformLayout("ImageRewardParams", {
  colour: "vec4f",
  background: "vec4f",
  count: "u32",
  to: "u32",
  asked: "u32",
});

/** Rewards from here on stand for images with numbers that are not finite. */
export const IMAGE_REWARD_INVALID = 2e38;

/** Texts between the pixels' library and the kernel, by kind. */
const TEXTS: Readonly<Record<ImageRewardProgram["kind"], readonly string[]>> = {
  compressibility: [fileSize],
  incompressibility: [fileSize],
  boldness: [imageInk, boldness],
  stroke: [imageInk, stroke],
  symmetry: [symmetry],
  colourfulness: [colourfulness],
  colour: [colour],
  contrast: [imageInk, contrast],
  smoothness: [smoothness],
};

/** The kernel of a reward. */
export function imageRewardDefinition({ kind }: ImageRewardProgram): KernelDefinition {
  const texts = TEXTS[kind];
  return {
    name: "image_reward",
    texts: [imagePixels, ...texts, imageReward],
    groups: [texts.includes(fileSize) ? ["uniform", "read", "read"] : ["uniform", "read"], ["write"]],
  };
}

/** What a kernel reads beside the images, or null. */
function tablesOf(program: ImageRewardProgram): Uint32Array | null {
  if (program.kind === "compressibility") return fileSizeTables(-1, program.quality ?? JPEG_QUALITY);
  if (program.kind === "incompressibility") return fileSizeTables(1, program.quality ?? JPEG_QUALITY);
  return null;
}

/** Encodes rewards [count] from index `to` on, of images [count, 3, 32, 32], count >= 1; see IMAGE_REWARD_INVALID. */
export type ImageRewardEncoder = (
  pass: GPUComputePassEncoder,
  where: {
    readonly count: number;
    readonly to: number;
    readonly images: GPUBuffer;
    readonly rewards: GPUBuffer;
  },
) => void;

/** The encoder of a reward. */
export async function createImageRewardEncoder(
  { kernels, scope }: Workspace,
  program: ImageRewardProgram,
): Promise<ImageRewardEncoder> {
  const kernel = await kernels.get(imageRewardDefinition(program));
  const tables = tablesOf(program);
  const tableBuffers = tables ? [scope.upload("image_reward.tables", tables)] : [];
  const asked = "asked" in program ? program.asked : undefined;
  const colours = {
    colour: [...(program.kind === "colour" ? program.colour : (asked?.ink ?? [0, 0, 0])), 0],
    background: [...(asked?.background ?? [0, 0, 0]), 0],
    asked: asked ? 1 : 0,
  };
  return (pass, { count, to, images, rewards }) => {
    const params = scope.uniform(IMAGE_REWARD_PARAMS, { ...colours, count, to });
    bindKernel(kernels.device, pass, kernel, [[params, images, ...tableBuffers], [rewards]]);
    pass.dispatchWorkgroups(count);
  };
}
