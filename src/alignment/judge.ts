/** What gives samples their rewards, whatever they are samples of. */
import { createReward } from "../rewards/evaluate.ts";
import { createRewardGradient } from "../rewards/gradient.ts";
import type { RewardProgram } from "../rewards/program.ts";

export interface JudgedReward {
  /** Kind, for messages. */
  readonly name: string;
  readonly weight: number;
}

export interface Judge {
  readonly rewards: readonly JudgedReward[];
  /** One row [P] per reward, not weighted, of samples x [P, d]; `prompt` [P] numbers of prompts, null without prompts. */
  values(x: Float64Array, prompt: Int32Array | null): Promise<readonly Float64Array[]>;
  /** Slope [P, d] of the weighted sum. Throws RangeError for a reward without one. */
  gradient(x: Float64Array, prompt: Int32Array | null): Promise<Float64Array>;
}

/** Rewards of points in `dim` dimensions. */
export function pointJudge(
  rewards: readonly { readonly program: RewardProgram; readonly weight: number }[],
  dim: number,
): Judge {
  return {
    rewards: rewards.map(({ program, weight }) => ({ name: program.kind, weight })),
    values: (x) =>
      Promise.resolve(
        rewards.map(({ program }) => {
          const reward = createReward(program);
          return Float64Array.from({ length: x.length / dim }, (_, i) => reward(x, i * dim));
        }),
      ),
    gradient: (x) => Promise.resolve(pointGradient(rewards, x, dim)),
  };
}

function pointGradient(
  rewards: readonly { readonly program: RewardProgram; readonly weight: number }[],
  x: Float64Array,
  dim: number,
): Float64Array {
  const sum = new Float64Array(x.length);
  const row = new Float64Array(dim);
  for (const { program, weight } of rewards) {
    const gradient = createRewardGradient(program);
    for (let j = 0; j < x.length; j += dim) {
      gradient(x, j, row);
      row.forEach((value, i) => (sum[j + i] = (sum[j + i] as number) + weight * value));
    }
  }
  return sum;
}
