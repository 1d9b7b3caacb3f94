/**
 * Advantages: rewards less their mean, over their standard deviation. What the codes differ in is an option:
 *
 *               mean over     deviation over   estimator        epsilon
 *     DDPO        the prompt    the prompt       population (n)   1e-8
 *     Flow-GRPO   the group     the whole batch  population       1e-4
 *     DanceGRPO   the group     the group        sample (n - 1)   1e-8
 *     MixGRPO     the group     the group        sample           1e-8
 *     SDPO        the batch at each step         population       1e-6
 *
 * Without prompts, or with one, "the prompt" is the whole batch.
 */

export interface AdvantageRule {
  /** Consecutive samples that form a group; the batch for one group. */
  readonly group: number;
  readonly deviationOver: "group" | "batch";
  readonly std: "population" | "sample";
  /** Added to the deviation. */
  readonly epsilon: number;
}

export const EQUAL_REWARDS = "all rewards are equal, so every advantage is 0";

export interface Advantages {
  /** [P] */
  readonly values: Float64Array;
  /** Groups whose rewards are all equal: their advantages are 0 and teach nothing. */
  readonly flatGroups: number;
  readonly groups: number;
}

/** Advantages of rewards [P]. Where all rewards of a group are equal they are exactly 0. Throws RangeError for a group of 1. */
export function advantages(rewards: Float64Array, rule: AdvantageRule): Advantages {
  const { group } = rule;
  requireGroups(rewards.length, group);
  const whole = standardDeviation(rewards, rule.std);
  const values = new Float64Array(rewards.length);
  let flatGroups = 0;
  for (let first = 0; first < rewards.length; first += group) {
    const part = rewards.subarray(first, first + group);
    if (allEqual(part)) {
      flatGroups++;
      if (rule.deviationOver === "group" || allEqual(rewards)) continue;
    }
    const deviation = rule.deviationOver === "group" ? standardDeviation(part, rule.std) : whole;
    const mean = meanOf(part);
    part.forEach((value, i) => (values[first + i] = (value - mean) / (deviation + rule.epsilon)));
  }
  return { values, flatGroups, groups: rewards.length / group };
}

/**
 * Advantages of rewards [P] among those of one prompt [P], whose mean and deviation they take. Throws RangeError for a prompt
 * with one sample.
 */
export function advantagesByPrompt(
  rewards: Float64Array,
  prompt: Int32Array,
  { std, epsilon }: Pick<AdvantageRule, "std" | "epsilon">,
): Advantages {
  const values = new Float64Array(rewards.length);
  const numbers = [...new Set(prompt)];
  let flatGroups = 0;
  for (const number of numbers) {
    const members = Array.from(prompt.keys()).filter((i) => prompt[i] === number);
    const group = members.length;
    const own = Float64Array.from(members, (i) => rewards[i] as number);
    const part = advantages(own, { group, deviationOver: "group", std, epsilon });
    members.forEach((i, at) => (values[i] = part.values[at] as number));
    flatGroups += part.flatGroups;
  }
  return { values, flatGroups, groups: numbers.length };
}

/** Throws RangeError unless n samples divide into groups of at least 2. */
export function requireGroups(n: number, group: number): void {
  if (!(group >= 2))
    throw new RangeError(
      `group: must hold at least 2 samples, got ${group}; with one, its reward is its own mean and every advantage is 0`,
    );
  if (n % group !== 0)
    throw new RangeError(
      `batch: must be a multiple of the group, got ${n} samples in groups of ${group}; choose ${Math.max(1, Math.round(n / group)) * group}`,
    );
}

/** What a user should know of the advantages, if anything. */
export function advantageNotes({ flatGroups, groups }: Advantages): readonly string[] {
  if (flatGroups === 0) return [];
  if (flatGroups === groups) return [groups === 1 ? EQUAL_REWARDS : `in every group ${EQUAL_REWARDS}`];
  return [`in ${flatGroups} of ${groups} groups ${EQUAL_REWARDS}`];
}

/** Mean of at least one value. */
export function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Standard deviation; the sample one needs 2 values. */
export function standardDeviation(values: Float64Array, std: "population" | "sample"): number {
  const mean = meanOf(values);
  let sum = 0;
  for (const value of values) sum += (value - mean) ** 2;
  return Math.sqrt(sum / (std === "sample" ? values.length - 1 : values.length));
}

/** True if no value differs from the first. */
export function allEqual(values: Float64Array): boolean {
  return values.every((value) => value === values[0]);
}

/** The values held within +- limit. */
export function clampTo(values: Float64Array, limit: number): Float64Array {
  return values.map((value) => Math.min(limit, Math.max(-limit, value)));
}
