/** Measuring arms: chunk after chunk of particles, all arms on common random numbers; sums stay on the device to the end. */
import type { GpuContext } from "../../gpu/device.ts";
import { BufferScope, largestStorage, readBuffers } from "../../gpu/buffers.ts";
import type { KernelCache } from "../../gpu/kernels.ts";
import { WorkQueue } from "../../gpu/work-queue.ts";
import type { ArmResult, MeasureJob, MeasureResult, RunControl } from "../engine.ts";
import type { Workspace } from "./chain.ts";
import { createHistogram, type HistogramAccumulator } from "./histogram.ts";
import { createProgramChain, type ProgramChain } from "./program-chain.ts";
import { createSumsReduction, joinPairs } from "./reduce-sums.ts";
import { createRewardEncoder, type RewardEncoder } from "./reward-values.ts";
import { createScalarSums, type ScalarSumsAccumulator } from "./scalar-sums.ts";
import { createVectorSums, type VectorSumsAccumulator } from "./vector-sums.ts";
import { queueOptions, type Pace } from "./pace.ts";

/** Most particles of a chunk. Fixed, so that sums do not depend on speed; a multiple of 4. */
const CHUNK = 2 ** 18;

interface ArmOnDevice {
  readonly chain: ProgramChain;
  readonly vector: VectorSumsAccumulator;
  readonly histogram: HistogramAccumulator | null;
}

interface JobOnDevice {
  readonly dim: number;
  readonly chunk: number;
  readonly arms: readonly ArmOnDevice[];
  readonly encodeRewards: RewardEncoder;
  readonly scalar: ScalarSumsAccumulator;
  /** [chunk, d] of the arm at hand. */
  readonly positions: GPUBuffer;
  /** [chunk] of the arm at hand. */
  readonly valid: GPUBuffer;
  /** [arms, chunk] */
  readonly rewards: GPUBuffer;
}

/** Runs a measuring job; see Engine.measure. */
export async function measure(
  context: GpuContext,
  kernels: KernelCache,
  pace: Pace,
  job: MeasureJob,
  control: RunControl,
): Promise<MeasureResult> {
  const scope = new BufferScope(context.device);
  try {
    const space: Workspace = { kernels, software: context.software, scope };
    const prepared = await prepare(space, job);
    const total =
      job.particles * prepared.arms.reduce((sum, arm) => sum + particleCost(arm, prepared.dim), 0);
    const queue = new WorkQueue(context.device, queueOptions(context, pace, total, control));
    for (let first = 0; first < job.particles; first += prepared.chunk)
      await runChunk(queue, job, prepared, first, Math.min(prepared.chunk, job.particles - first));
    const result = await readResult(space, queue, job, prepared);
    pace.speed = queue.speed;
    return result;
  } finally {
    scope.dispose();
  }
}

async function prepare(space: Workspace, job: MeasureJob): Promise<JobOnDevice> {
  const { scope } = space;
  const dim = job.reward.dim;
  const chunk = chunkSize(space.kernels.device, job, dim);
  const arms = await Promise.all(
    job.arms.map(async ({ program, shift, histogram }) => ({
      chain: await createProgramChain(space, program, { keepPrior: false, stops: [program.steps] }, chunk),
      vector: await createVectorSums(space, shift?.x ?? new Float64Array(dim)),
      histogram: histogram ? await createHistogram(space, histogram, dim) : null,
    })),
  );
  return {
    dim,
    chunk,
    arms,
    encodeRewards: await createRewardEncoder(space, job.reward),
    scalar: await createScalarSums(space, arms.length),
    positions: scope.storage("measure.positions", 4 * chunk * dim),
    valid: scope.storage("measure.valid", 4 * chunk),
    rewards: scope.storage("measure.rewards", 4 * chunk * arms.length),
  };
}

/** As many particles as fit the device's largest buffer, for positions and for the rewards of all arms. */
function chunkSize(device: GPUDevice, job: MeasureJob, dim: number): number {
  const numbers = largestStorage(device) / 4;
  const fitting = Math.floor(numbers / Math.max(dim, job.arms.length) / 4) * 4;
  return Math.max(4, Math.min(CHUNK, fitting, Math.ceil(job.particles / 4) * 4));
}

/** Cost of measuring one particle after its trajectory, and in all. */
function sumsCost(dim: number): number {
  return 60 + 20 * dim * (dim + 1);
}

function particleCost(arm: ArmOnDevice, dim: number): number {
  return arm.chain.cost + sumsCost(dim);
}

async function runChunk(
  queue: WorkQueue,
  job: MeasureJob,
  device: JobOnDevice,
  first: number,
  rows: number,
): Promise<void> {
  const { positions, valid, rewards, chunk } = device;
  for (const [a, arm] of device.arms.entries()) {
    await arm.chain.run(queue, { first, count: rows, seed: job.seed, positions });
    await queue.add(rows * sumsCost(device.dim), (pass) => {
      device.encodeRewards(pass, { rows, to: a * chunk, positions, rewards, valid });
      arm.vector.encode(pass, positions, valid, rows);
      arm.histogram?.encode(pass, positions, rows);
    });
  }
  await queue.add(0, (pass) =>
    job.arms.forEach(({ baseline }, a) =>
      device.scalar.encode(pass, a, rewards, {
        rows,
        values: a * chunk,
        baseline: (baseline ?? a) * chunk,
        shift: rewardShift(job, a),
        differenceShift: differenceShift(job, a),
      }),
    ),
  );
}

function rewardShift(job: MeasureJob, a: number): number {
  return job.arms[a]?.shift?.reward ?? 0;
}

function differenceShift(job: MeasureJob, a: number): number {
  const baseline = job.arms[a]?.baseline ?? null;
  return baseline === null ? 0 : rewardShift(job, a) - rewardShift(job, baseline);
}

/** Merges the sums on the device and reads everything once. */
async function readResult(
  space: Workspace,
  queue: WorkQueue,
  job: MeasureJob,
  device: JobOnDevice,
): Promise<MeasureResult> {
  const reduce = await createSumsReduction(space);
  const sets = [...device.arms.map(({ vector }) => vector), device.scalar];
  const starts = sets.map((_, i) => sets.slice(0, i).reduce((sum, { count }) => sum + count, 0));
  const size = sets.reduce((sum, { count }) => sum + count, 0);
  const totals = space.scope.storage("measure.totals", 8 * size);
  await queue.add(0, (pass) => sets.forEach((sums, i) => reduce(pass, sums, totals, starts[i] ?? 0)));
  await queue.finish();
  const histograms = device.arms.flatMap(({ histogram }) => histogram ?? []);
  const [pairs = new ArrayBuffer(0), ...counts] = await readBuffers(space.kernels.device, [
    { buffer: totals, bytes: 8 * size },
    ...histograms.map(({ counts: buffer, bytes }) => ({ buffer, bytes })),
  ]);
  const all = joinPairs(new Float32Array(pairs));
  const scalar = all.subarray(starts.at(-1));
  const arms = device.arms.map((arm, a): ArmResult => {
    const start = starts[a] ?? 0;
    const { reward, difference } = device.scalar.read(
      scalar,
      a,
      rewardShift(job, a),
      differenceShift(job, a),
    );
    const read = arm.histogram ? counts[histograms.indexOf(arm.histogram)] : undefined;
    return {
      x: arm.vector.read(all.subarray(start, start + arm.vector.count)),
      reward,
      difference: job.arms[a]?.baseline == null ? null : difference,
      histogram: arm.histogram && read ? arm.histogram.read(new Uint32Array(read)) : null,
    };
  });
  return { arms };
}
