/** Single functions of the engine over many particles: rewards, random words, normals. */
import { createReward } from "../../rewards/evaluate.ts";
import type { RewardProgram } from "../../rewards/program.ts";
import { philox4x32 } from "../../math/philox.ts";
import { RowNormals } from "./normals.ts";
import { gatherRows, type Operation } from "./operation.ts";

const UNIT = 4096;

export interface RewardsJob {
  readonly reward: RewardProgram;
  readonly x: Float64Array;
}

export const rewardsOperation: Operation<RewardsJob, Float64Array> = {
  units: ({ reward, x }) => Math.ceil(x.length / reward.dim / UNIT),
  unitNs: ({ reward }) => UNIT * 20 * reward.dim,
  open: ({ reward, x }) =>
    function* (firstUnit, units) {
      const d = reward.dim;
      const evaluate = createReward(reward);
      const first = firstUnit * UNIT;
      const out = new Float64Array(Math.min(x.length / d, first + units * UNIT) - first);
      for (let p = 0; p < out.length; p++) {
        out[p] = evaluate(x, (first + p) * d);
        if (p % UNIT === UNIT - 1) yield;
      }
      return [out];
    },
  gather: ({ reward, x }) => gatherRows(new Float64Array(x.length / reward.dim), UNIT),
};

export interface BitsJob {
  readonly key: { readonly seed: number; readonly stream: number; readonly block: number };
  readonly first: number;
  readonly count: number;
}

export const bitsOperation: Operation<BitsJob, Uint32Array> = {
  units: ({ count }) => Math.ceil(count / UNIT),
  unitNs: () => UNIT * 60,
  open: ({ key, first, count }) =>
    function* (firstUnit, units) {
      const from = firstUnit * UNIT;
      const out = new Uint32Array(4 * (Math.min(count, from + units * UNIT) - from));
      for (let p = 0; p < out.length / 4; p++) {
        philox4x32(first + from + p, key.block, 0, 0, key.seed, key.stream, out.subarray(4 * p, 4 * p + 4));
        if (p % UNIT === UNIT - 1) yield;
      }
      return [out];
    },
  gather: ({ count }) => gatherRows(new Uint32Array(4 * count), 4 * UNIT),
};

export interface NormalsJob {
  readonly key: { readonly seed: number; readonly stream: number; readonly start: number };
  readonly particles: number;
  readonly dim: number;
}

/** Particles per unit: about UNIT numbers. */
function normalsUnit({ dim }: NormalsJob): number {
  return Math.max(1, Math.floor(UNIT / dim));
}

export const normalsOperation: Operation<NormalsJob, Float64Array> = {
  units: (job) => Math.ceil(job.particles / normalsUnit(job)),
  unitNs: () => UNIT * 40,
  open: (job) =>
    function* (firstUnit, units) {
      const { key, particles, dim } = job;
      const unit = normalsUnit(job);
      const first = firstUnit * unit;
      const count = Math.min(particles, first + units * unit) - first;
      const out = new Float64Array(count * dim);
      const rows = new RowNormals(key);
      for (let p = 0; p < count; p++) {
        rows.fill(out, p * dim, first + p, key.start, dim);
        if (p % unit === unit - 1) yield;
      }
      return [out];
    },
  gather: (job) => gatherRows(new Float64Array(job.particles * job.dim), normalsUnit(job) * job.dim),
};
