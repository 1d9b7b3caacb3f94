/** One sampler step of any model's output with its log density, device-resident; shaders/sampling/gddim_step.wgsl. */
import gddimStep from "../../../shaders/sampling/gddim_step.wgsl?raw";
import type { BufferScope } from "../../gpu/buffers.ts";
import { bindKernel, type Kernel, type KernelCache, type KernelDefinition } from "../../gpu/kernels.ts";
import { noiseQuadText, noiseText, randomTexts } from "./shader-math.ts";
import {
  TRANSITION_PARAMS,
  checkTransition,
  transitionConstants,
  transitionGroups,
  transitionParams,
  transitionTexts,
  type Transition,
} from "./transition.ts";

/** Buffers of a step: rows padded to rowStride(D) numbers. */
export interface GddimStepBuffers {
  /** [P, stride] f32 */
  readonly x: GPUBuffer;
  /** [P, stride] f32 */
  readonly modelOutput: GPUBuffer;
  /** [P, stride] f32; not x. */
  readonly next: GPUBuffer;
  /** [P] vec2f: log density summed over D, nats, as high and low part. */
  readonly logProb: GPUBuffer;
  /** [P] f32: the same divided by D. */
  readonly meanLogProb: GPUBuffer;
}

/** A drawn step: which normals it takes. */
export interface DrawnTransition extends Transition {
  readonly seed: number;
  readonly stream: number;
  readonly stepIndex: number;
}

export function gddimStepDefinition(
  software: boolean,
  { noisy, aligned }: { readonly noisy: boolean; readonly aligned: boolean },
): KernelDefinition {
  return {
    name: "gddim_step",
    texts: [
      ...randomTexts(software),
      noiseText(noisy),
      noiseQuadText(aligned),
      ...transitionTexts(software),
      gddimStep,
    ],
    groups: [
      ["uniform", "read", "read"],
      ["write", "write", "write"],
    ],
  };
}

/**
 * The kernel for D dimensions. `encode` may be called for every step of a rollout on buffers that stay on the device; the
 * caller keeps `scope` (which holds the parameters) until the work is submitted.
 */
export class GddimStepKernel {
  private readonly device: GPUDevice;
  private readonly kernels: { readonly noisy: Kernel; readonly still: Kernel };
  private readonly software: boolean;

  private constructor(device: GPUDevice, kernels: { noisy: Kernel; still: Kernel }, software: boolean) {
    this.device = device;
    this.kernels = kernels;
    this.software = software;
  }

  static async create(kernels: KernelCache, software: boolean, dim: number): Promise<GddimStepKernel> {
    const constants = transitionConstants(dim);
    const aligned = dim % 4 === 0;
    const [noisy, still] = await Promise.all(
      [true, false].map((drawn) =>
        kernels.get(gddimStepDefinition(software, { noisy: drawn, aligned }), constants),
      ),
    );
    if (!noisy || !still) throw new Error("gddim_step: internal: two kernels expected");
    return new GddimStepKernel(kernels.device, { noisy, still }, software);
  }

  encode(
    pass: GPUComputePassEncoder,
    scope: BufferScope,
    transition: DrawnTransition,
    buffers: GddimStepBuffers,
  ): void {
    checkTransition("step", transition);
    const kernel = transition.step.cz === 0 ? this.kernels.still : this.kernels.noisy;
    const params = scope.uniform(TRANSITION_PARAMS, transitionParams(transition, transition));
    bindKernel(this.device, pass, kernel, [
      [params, buffers.x, buffers.modelOutput],
      [buffers.next, buffers.logProb, buffers.meanLogProb],
    ]);
    pass.dispatchWorkgroups(transitionGroups(transition, this.software));
  }
}
