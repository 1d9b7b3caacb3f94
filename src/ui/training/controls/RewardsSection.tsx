/** What training raises, one reward or several with weights, and the reward that it never sees. */
import { withRewardKind } from "../../../spec/adapt.ts";
import { modelDimension } from "../../../spec/defaults.ts";
import type { RewardSpec } from "../../../spec/types.ts";
import { REWARD_WORDS, rewardDigest } from "../../controls/digests.ts";
import { optionsOf } from "../../controls/options.ts";
import { RewardEditor } from "../../controls/RewardSection.tsx";
import { SelectField } from "../../fields/SelectField.tsx";
import { usePoints, usePointsPropose } from "../training-context.ts";
import { asLaws } from "./laws-lens.ts";
import { newReward } from "./training-edits.ts";
import { HeldOutReward, type RewardPlace, WeightedRewards } from "./WeightedRewards.tsx";

/** Section "Reward". */
export function RewardsSection() {
  const rewards = usePoints((spec) => spec.rewards);
  const dim = usePoints((spec) => modelDimension(spec.model) ?? 1);
  const propose = usePointsPropose();
  return (
    <WeightedRewards
      rewards={rewards}
      put={(change, field) => propose((spec) => ({ ...spec, rewards: change(spec.rewards) }), field)}
      digest={rewardDigest}
      next={() => newReward(dim)}
      editor={(place) => <OneReward {...place} dim={dim} />}
    />
  );
}

/** Section "Held-out reward". */
export function HeldOutSection() {
  const heldOut = usePoints((spec) => spec.heldOut);
  const dim = usePoints((spec) => modelDimension(spec.model) ?? 1);
  const propose = usePointsPropose();
  return (
    <HeldOutReward
      heldOut={heldOut}
      put={(next, field) => propose((spec) => ({ ...spec, heldOut: next }), field)}
      digest={rewardDigest}
      first={() => newReward(dim).reward}
      editor={(place) => <OneReward {...place} dim={dim} />}
    />
  );
}

/** Kind and fields of one reward; `path` is where it stands in the spec. */
function OneReward({ reward, dim, path, name, onTry }: RewardPlace<RewardSpec> & { readonly dim: number }) {
  const spec = usePoints((all) => all);
  return (
    <>
      <SelectField
        label={name}
        value={reward.kind}
        options={optionsOf(REWARD_WORDS)}
        onTry={(kind) => onTry(withRewardKind(asLaws(spec, reward), kind).reward, `${path}.kind`)}
      />
      <RewardEditor
        reward={reward}
        dim={dim}
        put={(next, field) => onTry(next, field.replace(/^reward/, path))}
      />
    </>
  );
}
