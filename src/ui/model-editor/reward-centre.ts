/** Rewards that have one place, and moving it. */
import type { RewardSpec } from "../../spec/types.ts";

/** Centre [dim] of a quadratic, a ring or a single bump; null for rewards without one place. */
export function rewardCentre(reward: RewardSpec, dim: number): readonly number[] | null {
  const centre = centreOf(reward);
  return centre !== null && centre.length === dim ? centre : null;
}

function centreOf(reward: RewardSpec): readonly number[] | null {
  if (reward.kind === "quadratic" || reward.kind === "ring") return reward.center;
  if (reward.kind !== "bumps" || reward.bumps.length !== 1) return null;
  return reward.bumps[0]?.center ?? null;
}

/** The reward with that place moved; rewards without one stay. */
export function movedReward(reward: RewardSpec, centre: readonly number[]): RewardSpec {
  if (reward.kind === "quadratic" || reward.kind === "ring") return { ...reward, center: centre };
  if (reward.kind !== "bumps" || reward.bumps.length !== 1) return reward;
  return { ...reward, bumps: reward.bumps.map((bump) => ({ ...bump, center: centre })) };
}
