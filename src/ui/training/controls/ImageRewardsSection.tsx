/** Rewards of images: one or several with weights, and the one that training never sees. */
import { imageRewardCard } from "../../../rewards/image/catalogue.ts";
import {
  COLOURS,
  IMAGE_REWARDS,
  type ImageRewardKind,
  type ImageRewardSpec,
} from "../../../spec/images/types.ts";
import { IMAGE_TRAINING_DEFAULTS } from "../../../spec/training/defaults.ts";
import { SelectField } from "../../fields/SelectField.tsx";
import { IMAGE_REWARD_WORDS } from "../../images/reward-words.ts";
import { useGlyphs, useGlyphsPropose } from "../training-context.ts";
import { HeldOutReward, type RewardPlace, WeightedRewards } from "./WeightedRewards.tsx";

const KINDS = IMAGE_REWARDS.map((value) => ({ value, text: IMAGE_REWARD_WORDS[value] }));
const COLOUR_OPTIONS = COLOURS.map((value) => ({ value, text: value }));

/** "Boldness", "Closeness to red" */
export function imageRewardDigest(reward: ImageRewardSpec): string {
  return reward.kind === "colour" ? `Closeness to ${reward.colour}` : IMAGE_REWARD_WORDS[reward.kind];
}

function rewardOf(kind: ImageRewardKind): ImageRewardSpec {
  return kind === "colour" ? { kind, colour: "red" } : { kind };
}

/** Section "Reward". */
export function ImageRewardsSection() {
  const rewards = useGlyphs((spec) => spec.rewards);
  const propose = useGlyphsPropose();
  const unused = IMAGE_REWARDS.find((kind) => rewards.every(({ reward }) => reward.kind !== kind));
  return (
    <WeightedRewards
      rewards={rewards}
      put={(change, field) => propose((spec) => ({ ...spec, rewards: change(spec.rewards) }), field)}
      digest={imageRewardDigest}
      next={() => (unused === undefined ? null : { reward: rewardOf(unused), weight: 1 })}
      editor={(place) => <OneImageReward {...place} />}
    />
  );
}

/** Section "Held-out reward". */
export function ImageHeldOutSection() {
  const heldOut = useGlyphs((spec) => spec.heldOut);
  const propose = useGlyphsPropose();
  return (
    <HeldOutReward
      heldOut={heldOut}
      put={(next, field) => propose((spec) => ({ ...spec, heldOut: next }), field)}
      digest={imageRewardDigest}
      first={() => IMAGE_TRAINING_DEFAULTS.heldOut}
      editor={(place) => <OneImageReward {...place} />}
    />
  );
}

/** Kind, colour, meaning and ways to cheat of one reward; `path` is where it stands in the spec. */
function OneImageReward({ reward, path, name, onTry }: RewardPlace<ImageRewardSpec>) {
  const { meaning, unit, differentiable, hacks } = imageRewardCard(reward.kind);
  return (
    <>
      <SelectField
        label={name}
        value={reward.kind}
        options={KINDS}
        onTry={(kind) => onTry(rewardOf(kind), `${path}.kind`)}
      />
      {reward.kind === "colour" && (
        <SelectField
          label="Colour"
          value={reward.colour}
          options={COLOUR_OPTIONS}
          onTry={(colour) => onTry({ kind: "colour", colour }, `${path}.colour`)}
        />
      )}
      <p className="note">
        {meaning}
        {unit === "" ? "" : ` In ${unit}.`}
        {differentiable ? "" : " It has no gradient, so direct backpropagation cannot follow it."}
      </p>
      <details className="options">
        <summary>How it can be cheated</summary>
        <ul className="chart-notes">
          {hacks.map((hack) => (
            <li key={hack}>{hack}</li>
          ))}
        </ul>
      </details>
    </>
  );
}
