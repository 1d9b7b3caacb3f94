/** Rewards of images: one or several with weights, and the one that training never sees. */
import { imageRewardCard } from "../../../rewards/image/catalogue.ts";
import {
  COLOURS,
  IMAGE_REWARDS,
  type ImageRewardKind,
  type ImageRewardSpec,
} from "../../../spec/images/types.ts";
import { IMAGE_TRAINING_DEFAULTS } from "../../../spec/training/defaults.ts";
import { IMAGE_TRAINING_LIMITS } from "../../../spec/training/limits.ts";
import type { ImageTrainingSpec } from "../../../spec/training/types.ts";
import { NumberField } from "../../fields/NumberField.tsx";
import { SelectField } from "../../fields/SelectField.tsx";
import { Icon } from "../../Icon.tsx";
import { IMAGE_REWARD_WORDS } from "../../images/reward-words.ts";
import { useGlyphs, useGlyphsPropose } from "../training-context.ts";
import { TrainingSection } from "./TrainingSection.tsx";

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
  const put = (
    change: (rewards: ImageTrainingSpec["rewards"]) => ImageTrainingSpec["rewards"],
    field: string,
  ) => propose((spec) => ({ ...spec, rewards: change(spec.rewards) }), field);
  const one = rewards.length === 1;
  const [first] = rewards;
  const unused = IMAGE_REWARDS.find((kind) => rewards.every(({ reward }) => reward.kind !== kind));
  return (
    <TrainingSection
      id="rewards"
      title={one ? "Reward" : "Rewards"}
      digest={one && first !== undefined ? imageRewardDigest(first.reward) : `${rewards.length} weighted`}
      openAtFirst
    >
      {rewards.map(({ reward, weight }, i) => (
        <fieldset key={i} className="reward-part">
          <legend className={one ? "visually-hidden" : ""}>Reward {i + 1}</legend>
          <OneImageReward
            reward={reward}
            path={`rewards[${i}].reward`}
            name={one ? "Reward kind" : `Kind of reward ${i + 1}`}
            onTry={(next, field) =>
              put((all) => all.map((old, j) => (j === i ? { ...old, reward: next } : old)), field)
            }
          />
          {!one && (
            <>
              <NumberField
                label="Weight"
                name={`Weight of reward ${i + 1}`}
                value={weight}
                fallback={1}
                slider={{ min: 0.05, max: 20, log: true }}
                onTry={(next) =>
                  put(
                    (all) => all.map((old, j) => (j === i ? { ...old, weight: next } : old)),
                    `rewards[${i}].weight`,
                  )
                }
              />
              <button
                type="button"
                className="button small"
                onClick={() => put((all) => all.toSpliced(i, 1), "rewards")}
              >
                <Icon name="minus" /> Remove reward {i + 1}
              </button>
            </>
          )}
        </fieldset>
      ))}
      {rewards.length < IMAGE_TRAINING_LIMITS.rewards.max && unused !== undefined && (
        <div className="row">
          <button
            type="button"
            className="button small"
            onClick={() => put((all) => [...all, { reward: rewardOf(unused), weight: 1 }], "rewards")}
          >
            <Icon name="plus" /> Add a reward
          </button>
        </div>
      )}
    </TrainingSection>
  );
}

/** Section "Held-out reward". */
export function ImageHeldOutSection() {
  const heldOut = useGlyphs((spec) => spec.heldOut);
  const propose = useGlyphsPropose();
  const put = (next: ImageRewardSpec | null, field: string) =>
    propose((spec) => ({ ...spec, heldOut: next }), field);
  return (
    <TrainingSection
      id="held-out"
      title="Held-out reward"
      digest={heldOut === null ? "None" : imageRewardDigest(heldOut)}
    >
      <p className="note">
        Never trained on. If it falls while the trained reward rises, the reward is being gamed.
      </p>
      <label className="live-switch">
        <input
          type="checkbox"
          checked={heldOut !== null}
          onChange={(event) => put(event.target.checked ? IMAGE_TRAINING_DEFAULTS.heldOut : null, "heldOut")}
        />
        Measure one
      </label>
      {heldOut !== null && (
        <OneImageReward reward={heldOut} path="heldOut" name="Held-out kind" onTry={put} />
      )}
    </TrainingSection>
  );
}

/** Kind, colour, meaning and ways to cheat of one reward; `path` is where it stands in the spec. */
function OneImageReward(props: {
  readonly reward: ImageRewardSpec;
  readonly path: string;
  readonly name: string;
  readonly onTry: (reward: ImageRewardSpec, field: string) => string | null;
}) {
  const { reward, path, name, onTry } = props;
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
