/** Log density of given transitions, device-resident; shaders/sampling/gaussian_log_prob.wgsl. */
import gaussianLogProb from "../../../shaders/sampling/gaussian_log_prob.wgsl?raw";
import type { BufferScope } from "../../gpu/buffers.ts";
import { bindKernel, type Kernel, type KernelCache, type KernelDefinition } from "../../gpu/kernels.ts";
import type { GddimStepBuffers } from "./gddim-step.ts";
import { randomTexts } from "./shader-math.ts";
import {
  TRANSITION_PARAMS,
  checkTransition,
  transitionConstants,
  transitionGroups,
  transitionParams,
  transitionTexts,
  type Transition,
} from "./transition.ts";

export function gaussianLogProbDefinition(software: boolean): KernelDefinition {
  return {
    name: "gaussian_log_prob",
    texts: [...randomTexts(software), ...transitionTexts(software), gaussianLogProb],
    groups: [
      ["uniform", "read", "read", "read"],
      ["write", "write"],
    ],
  };
}

/** The kernel for D dimensions, on the buffers of GddimStepKernel; here `next` is read. */
export class GaussianLogProbKernel {
  private readonly device: GPUDevice;
  private readonly kernel: Kernel;
  private readonly software: boolean;

  private constructor(device: GPUDevice, kernel: Kernel, software: boolean) {
    this.device = device;
    this.kernel = kernel;
    this.software = software;
  }

  static async create(kernels: KernelCache, software: boolean, dim: number): Promise<GaussianLogProbKernel> {
    const kernel = await kernels.get(gaussianLogProbDefinition(software), transitionConstants(dim));
    return new GaussianLogProbKernel(kernels.device, kernel, software);
  }

  encode(
    pass: GPUComputePassEncoder,
    scope: BufferScope,
    transition: Transition,
    buffers: GddimStepBuffers,
  ): void {
    checkTransition("logProb", transition);
    const params = scope.uniform(TRANSITION_PARAMS, transitionParams(transition, null));
    bindKernel(this.device, pass, this.kernel, [
      [params, buffers.x, buffers.modelOutput, buffers.next],
      [buffers.logProb, buffers.meanLogProb],
    ]);
    pass.dispatchWorkgroups(transitionGroups(transition, this.software));
  }
}
