/** Measuring arms: all arms of a job run side by side on the same noise, group after group of particles. */
import { PRIOR_STREAM, STEP_STREAM } from "../../math/philox.ts";
import { createReward, type RewardFunction } from "../../rewards/evaluate.ts";
import type { ArmJob, ArmResult, HistogramRequest, MeasureJob, MeasureResult } from "../engine.ts";
import { type Arm, DenoiserCache, createArm } from "./arm.ts";
import {
  addRewards,
  CompensatedSum,
  markValid,
  momentLayout,
  type MomentLayout,
  readScalarSums,
  readVectorSums,
  VectorMoments,
} from "./moments.ts";
import { NormalRows } from "./normals.ts";
import type { Gatherer, Operation, RunUnits, Slices } from "./operation.ts";

/** Particles of a unit: enough to make tables and calls negligible, few enough to share a small job between cores. */
const UNIT_PARTICLES = 512;

/** Particles moved together: their states stay in the fast caches also in many dimensions. */
function groupSize(dim: number): number {
  return dim <= 4 ? UNIT_PARTICLES : dim <= 16 ? 128 : 64;
}

export const measureOperation: Operation<MeasureJob, MeasureResult> = {
  units: (job) => Math.ceil(job.particles / UNIT_PARTICLES),
  unitNs: (job) => job.arms.reduce((sum, arm) => sum + armNs(arm), 0) * UNIT_PARTICLES,
  open: openMeasure,
  gather: gatherMeasure,
};

/** Rough cost of one particle of an arm, ns. */
function armNs({ program }: ArmJob): number {
  const d = program.dim;
  const pairs = 4 * d * d;
  if (program.kind === "mixture") return program.steps * (20 + 5 * program.mixture.count) + pairs;
  return program.steps * (program.diagonal ? 12 * d : 12 * d + d * d) + pairs;
}

/** Everything of a job that is made once per thread and reused by its groups. */
interface Workspace {
  readonly dim: number;
  readonly stride: number;
  readonly layout: MomentLayout;
  readonly arms: readonly Arm[];
  readonly steps: number;
  readonly prior: NormalRows;
  readonly noise: NormalRows;
  readonly vector: VectorMoments;
  readonly valid: Uint8Array;
  readonly points: Float64Array;
  readonly rewards: readonly Float64Array[];
  readonly reward: RewardFunction;
}

function createWorkspace(job: MeasureJob): Workspace {
  const dim = job.arms[0]?.program.dim ?? 1;
  const stride = groupSize(dim);
  const denoisers = new DenoiserCache(stride);
  const arms = job.arms.map((arm) => createArm(arm.program, stride, denoisers));
  const layout = momentLayout(dim);
  return {
    dim,
    stride,
    layout,
    arms,
    steps: Math.max(0, ...arms.map((arm) => arm.steps)),
    prior: new NormalRows({ seed: job.seed, stream: PRIOR_STREAM }, dim, stride),
    noise: new NormalRows({ seed: job.seed, stream: STEP_STREAM }, dim, stride),
    vector: new VectorMoments(layout, stride),
    valid: new Uint8Array(stride),
    points: new Float64Array(dim * stride),
    rewards: arms.map(() => new Float64Array(stride)),
    reward: createReward(job.reward),
  };
}

function openMeasure(job: MeasureJob): RunUnits {
  const space = createWorkspace(job);
  return (firstUnit, units) => runMeasure(job, space, firstUnit, units);
}

function* runMeasure(job: MeasureJob, space: Workspace, firstUnit: number, units: number): Slices {
  const counts = job.arms.map(({ histogram }) => new Float64Array(histogram ? cells(histogram) : 0));
  const size = space.layout.size * job.arms.length;
  const sums = new Float64Array(units * size);
  const begin = firstUnit * UNIT_PARTICLES;
  const total = Math.min(job.particles, begin + units * UNIT_PARTICLES) - begin;
  for (let unit = 0; unit < units; unit++) {
    const first = (firstUnit + unit) * UNIT_PARTICLES;
    const end = Math.min(job.particles, first + UNIT_PARTICLES);
    for (let start = first; start < end; start += space.stride) {
      const count = Math.min(space.stride, end - start);
      yield* moveGroup(space, start, count, (start - begin) / total, count / total);
      yield* sumGroup(job, space, sums, unit * size, counts, count);
    }
  }
  return [sums, ...counts];
}

/**
 * Runs all arms for particles start .. start + count - 1; the noise of a step is drawn once and used by every arm. Yields the
 * share of the task that is done: `done` before this group, which is `share` of it.
 */
function* moveGroup(
  space: Workspace,
  start: number,
  count: number,
  done: number,
  share: number,
): Generator<number, void> {
  const { arms, prior, noise, dim } = space;
  prior.choose(start, count);
  noise.choose(start, count);
  const z0 = prior.at(0);
  for (const arm of arms) arm.start(z0, count);
  for (let k = 0; k < space.steps; k++) {
    const noisy = arms.some((arm) => k < arm.steps && arm.noisy(k));
    const z = noisy ? noise.at(k * dim) : z0;
    for (const arm of arms) if (k < arm.steps) arm.advance(k, z, count);
    yield done + (share * k) / space.steps;
  }
}

function* sumGroup(
  job: MeasureJob,
  space: Workspace,
  sums: Float64Array,
  to: number,
  allCounts: readonly Float64Array[],
  count: number,
): Generator<undefined, void> {
  const { layout, dim, stride, valid, points, reward } = space;
  for (const [a, arm] of space.arms.entries()) {
    const x = arm.positions(count);
    const at = to + a * layout.size;
    const { shift, histogram } = job.arms[a] ?? {};
    markValid(x, dim, stride, valid, count);
    space.vector.add(sums, at, x, shift?.x ?? new Float64Array(dim), valid, count);
    packPoints(x, points, dim, stride, count);
    const rewards = space.rewards[a] ?? new Float64Array(stride);
    for (let p = 0; p < count; p++) rewards[p] = valid[p] === 1 ? reward(points, p * dim) : NaN;
    addRewards(sums, at + layout.reward, rewards, null, shift?.reward ?? 0, count);
    const counts = allCounts[a];
    if (histogram && counts) {
      const outside = addCounts(counts, histogram, x, stride, count);
      sums[at + layout.outside] = (sums[at + layout.outside] ?? 0) + outside;
    }
    yield;
  }
  job.arms.forEach(({ baseline }, a) => {
    const values = space.rewards[a];
    const base = baseline === null ? undefined : space.rewards[baseline];
    if (!values || !base) return;
    const at = to + a * layout.size + layout.difference;
    addRewards(sums, at, values, base, differenceShift(job, a), count);
  });
}

function differenceShift(job: MeasureJob, a: number): number {
  const arm = job.arms[a];
  const base = arm && arm.baseline !== null ? job.arms[arm.baseline] : undefined;
  return (arm?.shift?.reward ?? 0) - (base?.shift?.reward ?? 0);
}

/** Rows [d, stride] to points [count, d]. */
function packPoints(x: Float64Array, points: Float64Array, dim: number, stride: number, count: number): void {
  for (let i = 0; i < dim; i++)
    for (let p = 0; p < count; p++) points[p * dim + i] = x[i * stride + p] as number;
}

function cells(histogram: HistogramRequest): number {
  return histogram.bins.reduce((product, bins) => product * bins, 1);
}

/**
 * Counts the first one or two coordinates; returns how many fell outside (NaN included). Cell = floor((x - lo) bins / (hi - lo)).
 */
function addCounts(
  counts: Float64Array,
  { lo, hi, bins }: HistogramRequest,
  x: Float64Array,
  stride: number,
  count: number,
): number {
  const [lo0 = 0, lo1 = 0] = lo;
  const [hi0 = 1, hi1 = 1] = hi;
  const [bins0 = 1, bins1 = 1] = bins;
  const perUnit0 = bins0 / (hi0 - lo0);
  const perUnit1 = bins.length > 1 ? bins1 / (hi1 - lo1) : 0;
  let outside = 0;
  for (let p = 0; p < count; p++) {
    const cell0 = Math.floor(((x[p] as number) - lo0) * perUnit0);
    const cell1 = bins.length > 1 ? Math.floor(((x[stride + p] as number) - lo1) * perUnit1) : 0;
    if (cell0 >= 0 && cell0 < bins0 && cell1 >= 0 && cell1 < bins1) {
      const cell = cell1 * bins0 + cell0;
      counts[cell] = (counts[cell] as number) + 1;
    } else outside++;
  }
  return outside;
}

function gatherMeasure(job: MeasureJob): Gatherer<MeasureResult> {
  const dim = job.arms[0]?.program.dim ?? 1;
  const layout = momentLayout(dim);
  const size = layout.size * job.arms.length;
  const total = new CompensatedSum(size);
  const counts = job.arms.map(({ histogram }) => (histogram ? new Float64Array(cells(histogram)) : null));
  return {
    add(part, _firstUnit, units) {
      const [sums, ...partCounts] = part;
      for (let unit = 0; unit < units; unit++) total.add(sums as Float64Array, unit * size);
      // Counts are whole numbers, exact in any order.
      counts.forEach((all, a) => all?.forEach((value, i) => (all[i] = value + (partCounts[a]?.[i] ?? 0))));
    },
    finish() {
      const flat = total.total();
      return { arms: job.arms.map((arm, a) => readArm(job, arm, a, flat, layout, counts[a] ?? null)) };
    },
  };
}

function readArm(
  job: MeasureJob,
  arm: ArmJob,
  a: number,
  flat: Float64Array,
  layout: MomentLayout,
  counts: Float64Array | null,
): ArmResult {
  const at = a * layout.size;
  const { histogram, shift, baseline } = arm;
  return {
    x: readVectorSums(flat, at, layout, shift?.x ?? new Float64Array(layout.dim)),
    reward: readScalarSums(flat, at + layout.reward, shift?.reward ?? 0),
    difference:
      baseline === null ? null : readScalarSums(flat, at + layout.difference, differenceShift(job, a)),
    histogram:
      histogram && counts
        ? {
            dim: histogram.bins.length === 2 ? 2 : 1,
            lo: histogram.lo,
            hi: histogram.hi,
            bins: histogram.bins,
            counts,
            outside: flat[at + layout.outside] ?? 0,
          }
        : null,
  };
}
