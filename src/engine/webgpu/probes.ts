/** Small jobs that read their results at once: random words, normals, rewards, single steps and their log densities. */
import type { GpuContext } from "../../gpu/device.ts";
import { BufferScope, readBuffers } from "../../gpu/buffers.ts";
import type { KernelCache } from "../../gpu/kernels.ts";
import type { RewardProgram } from "../../rewards/program.ts";
import type { LogProbJob, StepJob, StepResult } from "../engine.ts";
import type { Workspace } from "./chain.ts";
import { GaussianLogProbKernel } from "./gaussian-log-prob.ts";
import { GddimStepKernel, type GddimStepBuffers } from "./gddim-step.ts";
import { joinPairs } from "./reduce-sums.ts";
import { createRewardEncoder } from "./reward-values.ts";
import { prepareRngNormals } from "./rng-normals.ts";
import { prepareRngWords } from "./rng-words.ts";
import { checkTransition, rowStride, type Transition } from "./transition.ts";

type Words = { readonly seed: number; readonly stream: number; readonly block: number };
type Normals = { readonly seed: number; readonly stream: number; readonly start: number };
type Numbers = Float32Array | Float64Array;

/** The small jobs on one device. */
export class Probes {
  private readonly context: GpuContext;
  private readonly kernels: KernelCache;

  constructor(context: GpuContext, kernels: KernelCache) {
    this.context = context;
    this.kernels = kernels;
  }

  bits(key: Words, first: number, count: number): Promise<Uint32Array> {
    return this.within(async (space) => {
      const { buffer, encode } = await prepareRngWords(space, key, first, count);
      const [words = new ArrayBuffer(0)] = await this.run(encode, [{ buffer, bytes: 16 * count }]);
      return new Uint32Array(words);
    });
  }

  normals(key: Normals, particles: number, dim: number): Promise<Float64Array> {
    return this.within(async (space) => {
      const { buffer, encode } = await prepareRngNormals(space, key, particles, dim);
      const [values = new ArrayBuffer(0)] = await this.run(encode, [{ buffer, bytes: 4 * particles * dim }]);
      return Float64Array.from(new Float32Array(values));
    });
  }

  /** Rewards [P] of x [P, d]; NaN where the reward has no finite value. */
  rewards(reward: RewardProgram, x: Float64Array): Promise<Float64Array> {
    return this.within(async (space) => {
      const rows = x.length / reward.dim;
      const encode = await createRewardEncoder(space, reward);
      const positions = space.scope.upload("rewards.positions", Float32Array.from(x));
      const rewards = space.scope.storage("rewards.rewards", 4 * rows);
      const valid = space.scope.storage("rewards.valid", 4 * rows);
      const [values = new ArrayBuffer(0)] = await this.run(
        (pass) => encode(pass, { rows, to: 0, positions, rewards, valid }),
        [{ buffer: rewards, bytes: 4 * rows }],
      );
      return Float64Array.from(new Float32Array(values), (value) =>
        Math.abs(value) < INVALID ? value : NaN,
      );
    });
  }

  step(job: StepJob): Promise<StepResult> {
    checkTransition("step", job);
    return this.within(async (space) => {
      const { dim, particles } = job;
      const kernel = await GddimStepKernel.create(this.kernels, this.context.software, dim);
      const buffers = transitionBuffers(space.scope, job, null);
      const [next = new ArrayBuffer(0), pairs = new ArrayBuffer(0)] = await this.run(
        (pass) => kernel.encode(pass, space.scope, job, buffers),
        [
          { buffer: buffers.next, bytes: 4 * particles * rowStride(dim) },
          { buffer: buffers.logProb, bytes: 8 * particles },
        ],
      );
      return {
        next: unpadded(new Float32Array(next), particles, dim),
        logProb: job.step.cz === 0 ? null : joinPairs(new Float32Array(pairs)),
      };
    });
  }

  logProb(job: LogProbJob): Promise<Float64Array> {
    checkTransition("logProb", job);
    if (job.step.cz === 0)
      throw new RangeError(
        "logProb: the step must be noisy, got cz = 0; a deterministic step has no density",
      );
    return this.within(async (space) => {
      const kernel = await GaussianLogProbKernel.create(this.kernels, this.context.software, job.dim);
      const buffers = transitionBuffers(space.scope, job, job.next);
      const [pairs = new ArrayBuffer(0)] = await this.run(
        (pass) => kernel.encode(pass, space.scope, job, buffers),
        [{ buffer: buffers.logProb, bytes: 8 * job.particles }],
      );
      return joinPairs(new Float32Array(pairs));
    });
  }

  private async within<T>(work: (space: Workspace) => Promise<T>): Promise<T> {
    const { device, software } = this.context;
    const scope = new BufferScope(device);
    try {
      return await work({ kernels: this.kernels, software, scope });
    } finally {
      scope.dispose();
    }
  }

  private run(
    encode: (pass: GPUComputePassEncoder) => void,
    wanted: readonly { readonly buffer: GPUBuffer; readonly bytes: number }[],
  ): Promise<ArrayBuffer[]> {
    const { device } = this.context;
    const encoder = device.createCommandEncoder({ label: "Probes.encoder" });
    const pass = encoder.beginComputePass({ label: "Probes.pass" });
    encode(pass);
    pass.end();
    device.queue.submit([encoder.finish()]);
    return readBuffers(device, wanted);
  }
}

/** REWARD_INVALID and FORMULA_INVALID of the shaders, a little below for rounding. */
const INVALID = 2.9e38;

function transitionBuffers(
  scope: BufferScope,
  job: Transition & { readonly x: Numbers; readonly modelOutput: Numbers },
  next: Numbers | null,
): GddimStepBuffers {
  const { dim, particles } = job;
  return {
    x: scope.upload("transition.x", padded(job.x, particles, dim)),
    modelOutput: scope.upload("transition.outputs", padded(job.modelOutput, particles, dim)),
    next: next
      ? scope.upload("transition.next", padded(next, particles, dim))
      : scope.storage("transition.next", 4 * particles * rowStride(dim)),
    logProb: scope.storage("transition.log_probs", 8 * particles),
    meanLogProb: scope.storage("transition.mean_log_probs", 4 * particles),
  };
}

/** Rows [P, D] as f32 with rows padded to a multiple of four. */
function padded(values: Numbers, particles: number, dim: number): Float32Array {
  if (values.length !== particles * dim)
    throw new RangeError(
      `step: arrays must be [particles, dim] = ${particles * dim} long, got ${values.length}`,
    );
  const stride = rowStride(dim);
  const rows = new Float32Array(particles * stride);
  for (let p = 0; p < particles; p++) rows.set(values.subarray(p * dim, (p + 1) * dim), p * stride);
  return rows;
}

function unpadded(rows: Float32Array, particles: number, dim: number): Float64Array {
  const stride = rowStride(dim);
  const values = new Float64Array(particles * dim);
  for (let p = 0; p < particles; p++) values.set(rows.subarray(p * stride, p * stride + dim), p * dim);
  return values;
}
