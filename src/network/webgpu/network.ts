/** The glyph network by our own kernels: f32, buffers in and out, so that sampler steps can follow without readback. */
import { BufferScope, readBuffers } from "../../gpu/buffers.ts";
import type { KernelCache } from "../../gpu/kernels.ts";
import { imageSize } from "../architecture.ts";
import { forward, timeWaves } from "../forward.ts";
import type { NetworkModel } from "../model.ts";
import { checkPrompts, promptSums } from "../prompt-tokens.ts";
import { type NetworkWeights, parameterOf } from "../weights.ts";
import { recordingOperations, type Value } from "./operations.ts";
import { createPlan, type Plan } from "./plan.ts";

/** What the network reads beside the images; made by `upload`, for one batch. */
export interface NetworkConditions {
  /** [images, 2 frequencies] */
  readonly timeWaves: GPUBuffer;
  readonly jumpWaves: GPUBuffer;
  /** [images, embedding] */
  readonly asked: GPUBuffer;
}

/** The network with its weights on a device, and plans for the batch sizes asked for. */
export class WebGpuNetwork implements NetworkModel {
  readonly weights: NetworkWeights;
  /** Images of one call of `predict`: larger batches are split. */
  readonly batch: number;
  private readonly kernels: KernelCache;
  private readonly scope: BufferScope;
  private readonly parameters = new Map<string, GPUBuffer>();
  private readonly plans = new Map<number, { readonly scope: BufferScope; readonly plan: Promise<Plan> }>();

  constructor(kernels: KernelCache, weights: NetworkWeights, batch = 64) {
    this.kernels = kernels;
    this.weights = weights;
    this.batch = batch;
    this.scope = new BufferScope(kernels.device);
    for (const [name, { data }] of weights.parameters)
      if (!name.startsWith("tokens.")) this.parameters.set(name, this.scope.upload(`network.${name}`, data));
  }

  /** The dispatches for `images` images; made once per number, and kept until `dispose` or `forget`. */
  plan(images: number): Promise<Plan> {
    const found = this.plans.get(images);
    if (found) return found.plan;
    const scope = new BufferScope(this.kernels.device);
    const plan = this.makePlan(images, scope).catch((error: unknown) => {
      this.forget(images);
      throw error;
    });
    this.plans.set(images, { scope, plan });
    return plan;
  }

  /** Frees the buffers of a batch size. */
  forget(images: number): void {
    this.plans.get(images)?.scope.dispose();
    this.plans.delete(images);
  }

  /** Conditions of a batch, t [P], s [P], prompts [P, slots], in buffers of `scope`. */
  upload(
    scope: BufferScope,
    t: ArrayLike<number>,
    s: ArrayLike<number>,
    prompts: Int32Array,
  ): NetworkConditions {
    const { architecture } = this.weights;
    checkPrompts(architecture, prompts, t.length);
    return {
      timeWaves: scope.upload("network.timeWaves", timeWaves(architecture, t)),
      jumpWaves: scope.upload("network.jumpWaves", timeWaves(architecture, s)),
      asked: scope.upload("network.asked", promptSums(this.weights, prompts)),
    };
  }

  /** x0Hat [P, D] at x [P, D] for t [P], s [P] and prompts [P, slots]; P is one batch. */
  async apply(
    x: Float32Array,
    t: ArrayLike<number>,
    s: ArrayLike<number>,
    prompts: Int32Array,
  ): Promise<Float32Array> {
    const { device } = this.kernels;
    const plan = await this.plan(t.length);
    const scope = new BufferScope(device);
    try {
      const result = scope.storage("network.x0Hat", x.byteLength);
      const images = scope.upload("network.x", x);
      const encoder = device.createCommandEncoder({ label: "network.encoder" });
      const pass = encoder.beginComputePass({ label: "network.pass" });
      plan(pass, { images, result, ...this.upload(scope, t, s, prompts) });
      pass.end();
      device.queue.submit([encoder.finish()]);
      const [bytes] = await readBuffers(device, [{ buffer: result, bytes: x.byteLength }]);
      return new Float32Array(bytes ?? new ArrayBuffer(0));
    } finally {
      scope.dispose();
    }
  }

  async predict(
    x: Float32Array,
    t: number,
    s: number,
    prompts: Int32Array,
    signal?: AbortSignal,
  ): Promise<Float32Array> {
    const { architecture } = this.weights;
    const dim = imageSize(architecture);
    const slots = architecture.slots.length;
    const count = x.length / dim;
    const out = new Float32Array(x.length);
    for (let first = 0; first < count; first += this.batch) {
      signal?.throwIfAborted();
      const last = Math.min(count, first + this.batch);
      const times = (time: number) => new Array<number>(last - first).fill(time);
      const tokens = prompts.subarray(first * slots, last * slots);
      out.set(await this.apply(x.slice(first * dim, last * dim), times(t), times(s), tokens), first * dim);
    }
    return out;
  }

  dispose(): void {
    for (const images of [...this.plans.keys()]) this.forget(images);
    this.scope.dispose();
  }

  private async makePlan(images: number, scope: BufferScope): Promise<Plan> {
    const { architecture } = this.weights;
    const { operations, dispatches, sizes } = recordingOperations(
      architecture,
      images,
      (layer) => parameterOf(this.weights, `${layer}.bias`).data.length,
    );
    const input = (name: "images" | "timeWaves" | "jumpWaves" | "asked", channels: number): Value => ({
      slot: { kind: "input", name },
      side: 1,
      channels,
    });
    const { frequencies, embedding } = architecture;
    forward<Value>(architecture, operations, {
      images: input("images", imageSize(architecture)),
      timeWaves: input("timeWaves", 2 * frequencies),
      jumpWaves: input("jumpWaves", 2 * frequencies),
      asked: input("asked", embedding),
    });
    return createPlan(this.kernels, scope, dispatches, sizes, (name) => {
      const found = this.parameters.get(name);
      if (!found) throw new Error(`${name}: internal: the network must have this parameter`);
      return found;
    });
  }
}
