/** The WebGPU engine: f32, hand-written WGSL, results reduced on the device and read once. */
import { acquireDevice, adoptDevice, type GpuContext } from "../../gpu/device.ts";
import { checked } from "../../gpu/scopes.ts";
import { DeviceLostError } from "../../gpu/errors.ts";
import { KernelCache } from "../../gpu/kernels.ts";
import type { Engine, EngineInfo, MeasureJob, RecordJob } from "../engine.ts";
import { measure } from "./measure.ts";
import { initialPace } from "./pace.ts";
import { Probes } from "./probes.ts";
import { record } from "./record.ts";

export { GpuUnavailableError } from "../../gpu/errors.ts";

export interface WebGpuEngineOptions {
  /** A device to share, for example with a neural network library; it is then not destroyed by dispose(). */
  readonly device?: GPUDevice;
  /** Wraps every run in error scopes: for tests and development. */
  readonly checked?: boolean;
}

/** Largest particle count of a job. */
const MAX_PARTICLES = 10_000_000;

/** A WebGPU engine on `gpu`'s best adapter, or on a given device. Throws GpuUnavailableError with a plain reason. */
export async function createWebGpuEngine(
  gpu: GPU | undefined,
  options: WebGpuEngineOptions = {},
): Promise<Engine> {
  const context = options.device ? adoptDevice(options.device) : await acquireDevice(gpu);
  return engineOn(context, options.checked ?? false);
}

function engineOn(context: GpuContext, scoped: boolean): Engine {
  const kernels = new KernelCache(context.device);
  const pace = initialPace(context.software);
  const probes = new Probes(context, kernels);
  const info: EngineInfo = {
    kind: "webgpu",
    adapter: context.adapter,
    software: context.software,
    precision: "f32",
    maxParticles: MAX_PARTICLES,
  };
  const run = <T>(where: string, work: () => Promise<T>): Promise<T> =>
    untilLost(context, scoped ? () => checked(context.device, where, work) : work);
  return {
    info,
    lost: context.lost,
    measure: (job, control = {}) =>
      run("measure", async () => {
        checkMeasure(job);
        return measure(context, kernels, pace, job, control);
      }),
    record: (job, control = {}) =>
      run("record", async () => {
        checkRecord(job);
        return record(context, kernels, pace, job, control);
      }),
    rewards: (reward, x) => run("rewards", () => probes.rewards(reward, x)),
    bits: (key, first, count) => run("bits", () => probes.bits(key, first, count)),
    normals: (key, particles, dim) => run("normals", () => probes.normals(key, particles, dim)),
    step: (job) => run("step", async () => probes.step(job)),
    logProb: (job) => run("logProb", async () => probes.logProb(job)),
    dispose: () => context.dispose(),
  };
}

/** The work, or DeviceLostError as soon as the device is lost: maps and pipelines may then reject in other words. */
async function untilLost<T>(context: GpuContext, work: () => Promise<T>): Promise<T> {
  const lost = context.lost.then((reason): never => {
    throw new DeviceLostError(reason);
  });
  lost.catch(() => undefined);
  const working = work();
  working.catch(() => undefined);
  return Promise.race([working, lost]);
}

function checkParticles(where: string, particles: number): void {
  if (!Number.isInteger(particles) || particles < 1 || particles > MAX_PARTICLES)
    throw new RangeError(
      `${where}.particles: must be an integer from 1 to ${MAX_PARTICLES}, got ${particles}; choose fewer particles`,
    );
}

function checkMeasure(job: MeasureJob): void {
  checkParticles("measure", job.particles);
  const dims = new Set([job.reward.dim, ...job.arms.map((arm) => arm.program.dim)]);
  if (dims.size !== 1)
    throw new RangeError(`measure.arms: must share the reward's dimension, got ${[...dims].join(", ")}`);
  job.arms.forEach(({ baseline }, a) => {
    if (baseline !== null && (baseline === a || !job.arms[baseline]))
      throw new RangeError(`measure.arms[${a}].baseline: must be another arm or null, got ${baseline}`);
  });
}

function checkRecord(job: RecordJob): void {
  checkParticles("record", job.particles);
  if (new Set(job.programs.map((program) => program.dim)).size !== 1)
    throw new RangeError("record.programs: must share one dimension");
  if (
    job.frames.some((frame, i) => !Number.isInteger(frame) || frame < 0 || frame <= (job.frames[i - 1] ?? -1))
  )
    throw new RangeError(`record.frames: must be ascending step indices, got ${job.frames.join(", ")}`);
}
