/** Log density of given transitions, device-resident; shaders/sampling/gaussian_log_prob.wgsl. */
import sums from "../../../shaders/lib/sums.wgsl?raw";
import transition from "../../../shaders/lib/transition.wgsl?raw";
import transitionSum from "../../../shaders/lib/transition_sum.wgsl?raw";
import gaussianLogProb from "../../../shaders/sampling/gaussian_log_prob.wgsl?raw";
import type { BufferScope } from "../../gpu/buffers.ts";
import { bindKernel, type Kernel, type KernelCache, type KernelDefinition } from "../../gpu/kernels.ts";
import { workgroups } from "./chain.ts";
import type { GddimStepBuffers } from "./gddim-step.ts";
import {
  TRANSITION_PARAMS,
  checkTransition,
  transitionConstants,
  transitionParams,
  type Transition,
} from "./transition.ts";

export const GAUSSIAN_LOG_PROB: KernelDefinition = {
  name: "gaussian_log_prob",
  texts: [sums, transition, transitionSum, gaussianLogProb],
  groups: [
    ["uniform", "read", "read", "read"],
    ["write", "write"],
  ],
};

/** The kernel for D dimensions, on the buffers of GddimStepKernel; here `next` is read. */
export class GaussianLogProbKernel {
  private readonly device: GPUDevice;
  private readonly kernel: Kernel;
  private readonly dim: number;

  private constructor(device: GPUDevice, kernel: Kernel, dim: number) {
    this.device = device;
    this.kernel = kernel;
    this.dim = dim;
  }

  static async create(kernels: KernelCache, dim: number): Promise<GaussianLogProbKernel> {
    const kernel = await kernels.get(GAUSSIAN_LOG_PROB, transitionConstants(dim));
    return new GaussianLogProbKernel(kernels.device, kernel, dim);
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
    const { ROWS } = transitionConstants(this.dim);
    pass.dispatchWorkgroups(workgroups(transition.particles, 4 * ROWS));
  }
}
