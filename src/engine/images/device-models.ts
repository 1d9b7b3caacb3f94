/** Networks of the glyph model on a WebGPU device: own kernels, gDDIM steps on the device, nothing read back between steps. */
import { chosenDevice } from "../../gpu/chosen-device.ts";
import type { GpuContext } from "../../gpu/device.ts";
import { DeviceLostError } from "../../gpu/errors.ts";
import { KernelCache } from "../../gpu/kernels.ts";
import { GLYPH, glyphArchitecture, imageSize } from "../../network/architecture.ts";
import { checkManifest, readWeights } from "../../network/manifest.ts";
import type { NetworkModel } from "../../network/model.ts";
import { TensorNetwork } from "../../network/tensorflow/network.ts";
import { WebGpuNetwork } from "../../network/webgpu/network.ts";
import { sampleOnDevice } from "../../network/webgpu/sampler.ts";
import type { ImageEngineChoice } from "../image-engine.ts";
import { devicePixelRewards, type PixelRewards } from "./device-rewards.ts";
import type { ImageParts } from "./local.ts";
import type { ReadModel } from "./tensorflow-models.ts";

/** What a device brings: networks; or why the CPU is used instead. */
export type DeviceModels = Pick<ImageParts, "info" | "open" | "pixelRewards"> | { readonly declined: string };

/**
 * Networks on the device that `gpu` offers. Unless `choice` asks for WebGPU, a software adapter is declined: WebAssembly is
 * faster on the same cores.
 */
export async function deviceModels(
  gpu: GPU | undefined,
  choice: ImageEngineChoice,
  read: ReadModel,
): Promise<DeviceModels> {
  const context = await chosenDevice(gpu, choice);
  if ("declined" in context) return context;
  return {
    info: {
      kind: "webgpu",
      adapter: context.adapter,
      reason:
        "The network, the sampler and rewards of pixels run in the lab's own WebGPU kernels; judges run on the CPU.",
    },
    ...openOn(context, read),
  };
}

/** Largest difference of x0Hat (in -1..1) that f32 sums in another order may make, with room: 30 times what was seen. */
const SAME = 1e-3;

/** Devices differ more than any test bench: the kernels are used only where they agree with TensorFlow.js on one image. */
async function checkNetwork(network: WebGpuNetwork, reference: TensorNetwork): Promise<void> {
  const x = Float32Array.from({ length: imageSize(GLYPH) }, (_, i) => Math.sin(0.7 * i));
  const ask = (model: NetworkModel) => model.predict(x, 0.6, 0.2, new Int32Array(GLYPH.slots.length));
  let reason: string;
  try {
    const [mine, theirs] = await Promise.all([ask(network), ask(reference)]);
    const apart = mine.reduce((most, value, i) => Math.max(most, Math.abs(value - (theirs[i] ?? NaN))), 0);
    if (apart <= SAME) return;
    reason = `its result is off by ${apart.toPrecision(2)}`;
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  } finally {
    reference.dispose();
  }
  throw new DeviceLostError(`The network does not run as it should on this graphics device: ${reason}.`);
}

function openOn(context: GpuContext, read: ReadModel): Pick<ImageParts, "open" | "pixelRewards"> {
  const { device, software } = context;
  const kernels = new KernelCache(device);
  const lost = context.lost.then((reason): never => {
    throw new DeviceLostError(reason);
  });
  // Heard by whoever waits for the device; without a run in flight nobody does.
  lost.catch(() => undefined);
  const rewards = devicePixelRewards(kernels, software);
  const pixelRewards: PixelRewards = (programs, images) => Promise.race([rewards(programs, images), lost]);
  const open: ImageParts["open"] = async (weights, control) => {
    const { manifest, bytes } = await read(weights, control);
    const architecture = glyphArchitecture(manifest.tensors);
    checkManifest(manifest, architecture);
    const opened = readWeights(bytes, manifest, architecture);
    const network = new WebGpuNetwork(kernels, opened);
    await Promise.race([checkNetwork(network, new TensorNetwork(opened)), lost]);
    return {
      sample: (run, steps) =>
        Promise.race([sampleOnDevice({ kernels, software, network }, run, steps), lost]),
      bytes: bytes.length,
      dispose: () => network.dispose(),
    };
  };
  return { open, pixelRewards };
}
