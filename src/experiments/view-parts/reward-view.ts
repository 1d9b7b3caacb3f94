/** The reward over the plot, on two grids: the whole path, and closer in where the samples end. */
import { mixtureMoments, type GaussianMixture } from "../../diffusion/mixture.ts";
import { createReward, isUsableReward } from "../../rewards/evaluate.ts";
import type { RewardProgram } from "../../rewards/program.ts";
import type { Box } from "./law-grid.ts";
import type { PlotAxis } from "./plot-plane.ts";
import { REWARD_GRID } from "./view-grid.ts";

/** Rewards at the nodes of a box, first coordinate fastest; NaN where the reward is not defined or beyond what engines count. */
export interface RewardGrid {
  readonly box: Box;
  readonly n: number;
  readonly values: Float32Array;
}

export interface RewardView {
  readonly program: RewardProgram;
  readonly whole: RewardGrid;
  readonly near: RewardGrid;
  /** Values at the ends of the colour scale, from the near grid; symmetric about 0 if `centred`. */
  readonly range: readonly [number, number];
  /** True if the reward takes both signs there: then the scale diverges from 0. */
  readonly centred: boolean;
}

/**
 * Reward on the plot. Above two dimensions it is taken on the plane through the mean of `law`, spanned by the axes.
 */
export function rewardView(
  program: RewardProgram,
  law: GaussianMixture,
  axes: readonly PlotAxis[],
  whole: Box,
  near: Box,
): RewardView {
  const at = onPlane(program, law, axes);
  const fine = rewardGrid(at, near);
  const finite = fine.values.filter(Number.isFinite);
  const least = finite.reduce((a, b) => Math.min(a, b), Infinity);
  const greatest = finite.reduce((a, b) => Math.max(a, b), -Infinity);
  const low = roundedToZero(least, greatest);
  const high = roundedToZero(greatest, least);
  const centred = low < 0 && high > 0;
  const most = Math.max(-low, high);
  return {
    program,
    whole: rewardGrid(at, whole),
    near: fine,
    range: finite.length === 0 ? [0, 1] : centred ? [-most, most] : [low, high],
    centred,
  };
}

/** Tails that fade to nothing end the scale at 0. */
function roundedToZero(value: number, other: number): number {
  return Math.abs(value) < 1e-4 * Math.abs(other) ? 0 : value;
}

/** The reward as a function of plot coordinates. */
function onPlane(
  program: RewardProgram,
  law: GaussianMixture,
  axes: readonly PlotAxis[],
): (plot: readonly number[]) => number {
  const reward = createReward(program);
  const { mean } = mixtureMoments(law);
  const origin = axes.map(({ vector }) => vector.reduce((sum, v, i) => sum + v * (mean[i] ?? 0), 0));
  const x = new Float64Array(law.dim);
  return (plot) => {
    x.set(mean);
    axes.forEach(({ vector }, a) => {
      const along = (plot[a] ?? 0) - (origin[a] ?? 0);
      for (let i = 0; i < x.length; i += 1) x[i] = (x[i] ?? 0) + along * (vector[i] ?? 0);
    });
    return reward(x, 0);
  };
}

function rewardGrid(at: (plot: readonly number[]) => number, box: Box): RewardGrid {
  const line = box.lo.length === 1;
  const n = line ? REWARD_GRID.line : REWARD_GRID.plane;
  const node = (axis: number, i: number): number => {
    const lo = box.lo[axis] ?? 0;
    return lo + ((box.hi[axis] ?? lo) - lo) * (i / (n - 1));
  };
  const values = Float32Array.from({ length: line ? n : n * n }, (_, index) => {
    const r = at(line ? [node(0, index)] : [node(0, index % n), node(1, Math.floor(index / n))]);
    return isUsableReward(r) ? r : NaN;
  });
  return { box, n, values };
}
