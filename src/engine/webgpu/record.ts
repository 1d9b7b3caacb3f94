/** Recording trajectories: kept frames stay on the device for drawing and are read only when asked for. */
import type { GpuContext } from "../../gpu/device.ts";
import { BufferScope, readBuffers } from "../../gpu/buffers.ts";
import type { KernelCache } from "../../gpu/kernels.ts";
import { WorkQueue } from "../../gpu/work-queue.ts";
import type { SamplerProgram } from "../../diffusion/program.ts";
import type { DeviceView, Recording, RecordJob, RunControl } from "../engine.ts";
import type { Frames, Workspace } from "./chain.ts";
import { queueOptions, type Pace } from "./pace.ts";
import { createProgramChain, frameCount, type ProgramChain } from "./program-chain.ts";

/** Frames of the job that a program of N steps really has; later ones repeat its end. */
function framesOf(job: RecordJob, steps: number): Frames {
  const stops = [...new Set(job.frames.map((frame) => Math.min(frame, steps)))].filter((frame) => frame > 0);
  return { keepPrior: job.frames[0] === 0, stops };
}

/** Runs a recording job; see Engine.record. The recording owns its buffers until it is disposed of. */
export async function record(
  context: GpuContext,
  kernels: KernelCache,
  pace: Pace,
  job: RecordJob,
  control: RunControl,
): Promise<Recording> {
  const { device, software } = context;
  const kept = new BufferScope(device);
  const scratch = new BufferScope(device);
  try {
    const space: Workspace = { kernels, software, scope: scratch };
    const dim = job.programs[0]?.dim ?? 1;
    const frameBytes = 4 * job.particles * dim;
    const chains = await Promise.all(
      job.programs.map((program) =>
        createProgramChain(space, program, framesOf(job, program.steps), job.particles),
      ),
    );
    const buffers = job.programs.map((_, i) =>
      kept.storage(`record.positions${i}`, frameBytes * job.frames.length),
    );
    const total = job.particles * chains.reduce((sum, { cost }) => sum + cost, 0);
    const queue = new WorkQueue(device, queueOptions(context, pace, total, control));
    await runChains(queue, chains, buffers, job);
    await queue.finish();
    pace.speed = queue.speed;
    repeatLastFrames(device, job, buffers, frameBytes);
    return recordingOf(device, job, buffers, dim, kept);
  } catch (error) {
    kept.dispose();
    throw error;
  } finally {
    scratch.dispose();
  }
}

async function runChains(
  queue: WorkQueue,
  chains: readonly ProgramChain[],
  buffers: readonly GPUBuffer[],
  job: RecordJob,
): Promise<void> {
  for (const [i, chain] of chains.entries()) {
    const positions = buffers[i];
    if (positions) await chain.run(queue, { first: 0, count: job.particles, seed: job.seed, positions });
  }
}

function repeatLastFrames(
  device: GPUDevice,
  job: RecordJob,
  buffers: readonly GPUBuffer[],
  frameBytes: number,
): void {
  const encoder = device.createCommandEncoder({ label: "record.repeat" });
  job.programs.forEach((program, i) => {
    const buffer = buffers[i];
    const have = frameCount(framesOf(job, program.steps));
    if (!buffer || have === 0) return;
    for (let frame = have; frame < job.frames.length; frame++) {
      // A copy within one buffer is not allowed, so it takes a detour.
      const detour = device.createBuffer({
        label: "record.detour",
        size: frameBytes,
        usage: GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
      });
      encoder.copyBufferToBuffer(buffer, (have - 1) * frameBytes, detour, 0, frameBytes);
      encoder.copyBufferToBuffer(detour, 0, buffer, frame * frameBytes, frameBytes);
    }
  });
  device.queue.submit([encoder.finish()]);
}

function recordingOf(
  device: GPUDevice,
  job: RecordJob,
  buffers: readonly GPUBuffer[],
  dim: number,
  kept: BufferScope,
): Recording {
  const bytes = 4 * job.frames.length * job.particles * dim;
  return {
    dim,
    particles: job.particles,
    times: Float64Array.from(job.frames, (k) => timeOf(job.programs[0], k)),
    arms: buffers.map((buffer) => {
      const view: DeviceView = { device, buffer };
      let values: Promise<Float32Array> | null = null;
      const read = async () => {
        const [data = new ArrayBuffer(0)] = await readBuffers(device, [{ buffer, bytes }]);
        return new Float32Array(data);
      };
      return { view, read: () => (values ??= read()) };
    }),
    dispose: () => kept.dispose(),
  };
}

/** Time of step index k: t[k], or the end of the last step. */
function timeOf(program: SamplerProgram | undefined, k: number): number {
  if (!program) return 0;
  const at = Math.min(k, program.steps);
  if (program.kind === "linear") return program.times[at] ?? 0;
  return program.coefficients[at]?.t ?? program.coefficients[at - 1]?.s ?? 0;
}
