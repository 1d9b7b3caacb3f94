/** Rewards of a batch of samples: each one, and their weighted sum, which training raises. */
import { addScalar, emptyScalarSums } from "../measure/scalar-sums.ts";
import type { ScalarSums } from "../measure/estimate.ts";
import { isUsableReward } from "../rewards/evaluate.ts";
import type { Judge } from "./judge.ts";
import { NotFiniteError } from "./not-finite.ts";

export interface SampleRewards {
  /** [P] weighted sum. */
  readonly total: Float64Array;
  /** One row [P] per reward, not weighted. */
  readonly each: readonly Float64Array[];
}

/** A sample of this magnitude or more has diverged. */
const SAMPLE_LIMIT = 1e9;

/** Rewards of samples x [P, d] with prompts [P]. Rejects with NotFiniteError where a sample or a reward is not a finite number. */
export async function rewardSamples(
  judge: Judge,
  x: Float64Array,
  prompt: Int32Array | null,
): Promise<SampleRewards> {
  const diverged = x.reduce((sum, value) => sum + (Math.abs(value) < SAMPLE_LIMIT ? 0 : 1), 0);
  if (diverged > 0)
    throw new NotFiniteError(
      `${diverged} of ${x.length} coordinates of samples are not finite`,
      "the updates were too large: choose a smaller learning rate or clip",
    );
  const each = await judge.values(x, prompt);
  each.forEach((row, r) => requireUsable(row, judge.rewards[r]?.name ?? ""));
  return { total: weightedSum(judge, each), each };
}

/** [P] sum of the rewards' rows by their weights. */
export function weightedSum(
  { rewards }: Pick<Judge, "rewards">,
  each: readonly Float64Array[],
): Float64Array {
  const total = new Float64Array(each[0]?.length ?? 0);
  each.forEach((row, r) =>
    row.forEach((value, i) => (total[i] = (total[i] as number) + (rewards[r]?.weight ?? 0) * value)),
  );
  return total;
}

function requireUsable(row: Float64Array, kind: string): void {
  const bad = row.reduce((sum, value) => sum + (isUsableReward(value) ? 0 : 1), 0);
  if (bad > 0)
    throw new NotFiniteError(
      `the reward "${kind}" of ${bad} of ${row.length} samples is not a finite number`,
      "a formula has left its domain there: guard its logarithms, roots and quotients",
    );
}

/** Sums about the first value. */
export function sumsOf(values: Float64Array): ScalarSums {
  return values.reduce(addScalar, emptyScalarSums(values[0] ?? 0));
}
