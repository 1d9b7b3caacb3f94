/** What training raises, one reward or several with weights, and the reward that it never sees. */
import { withRewardKind } from "../../../spec/adapt.ts";
import { modelDimension } from "../../../spec/defaults.ts";
import { TRAINING_LIMITS } from "../../../spec/training/limits.ts";
import type { PointTrainingSpec } from "../../../spec/training/types.ts";
import type { RewardSpec } from "../../../spec/types.ts";
import { REWARD_WORDS, rewardDigest } from "../../controls/digests.ts";
import { optionsOf } from "../../controls/options.ts";
import { RewardEditor } from "../../controls/RewardSection.tsx";
import { NumberField } from "../../fields/NumberField.tsx";
import { SelectField } from "../../fields/SelectField.tsx";
import { Icon } from "../../Icon.tsx";
import { usePoints, usePointsPropose } from "../training-context.ts";
import { asLaws } from "./laws-lens.ts";
import { newReward } from "./training-edits.ts";
import { TrainingSection } from "./TrainingSection.tsx";

/** Sections "Reward" and "Held-out reward". */
export function RewardsSection() {
  const rewards = usePoints((spec) => spec.rewards);
  const dim = usePoints((spec) => modelDimension(spec.model) ?? 1);
  const propose = usePointsPropose();
  const put = (
    change: (rewards: PointTrainingSpec["rewards"]) => PointTrainingSpec["rewards"],
    field: string,
  ) => propose((spec) => ({ ...spec, rewards: change(spec.rewards) }), field);
  const [first] = rewards;
  return (
    <TrainingSection
      id="rewards"
      title={rewards.length === 1 ? "Reward" : "Rewards"}
      digest={
        rewards.length === 1 && first !== undefined
          ? rewardDigest(first.reward)
          : `${rewards.length} weighted`
      }
      openAtFirst
    >
      {rewards.map(({ reward, weight }, i) => (
        <fieldset key={i} className="reward-part">
          <legend className={rewards.length === 1 ? "visually-hidden" : ""}>Reward {i + 1}</legend>
          <OneReward
            reward={reward}
            dim={dim}
            path={`rewards[${i}].reward`}
            name={rewards.length === 1 ? "Reward kind" : `Kind of reward ${i + 1}`}
            onTry={(next, field) =>
              put((all) => all.map((old, j) => (j === i ? { ...old, reward: next } : old)), field)
            }
          />
          {rewards.length > 1 && (
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
      {rewards.length < TRAINING_LIMITS.rewards.max && (
        <div className="row">
          <button
            type="button"
            className="button small"
            onClick={() => put((all) => [...all, newReward(dim)], "rewards")}
          >
            <Icon name="plus" /> Add a reward
          </button>
        </div>
      )}
    </TrainingSection>
  );
}

/** Section "Held-out reward": measured next to the trained one, so that gaming it shows. */
export function HeldOutSection() {
  const heldOut = usePoints((spec) => spec.heldOut);
  const dim = usePoints((spec) => modelDimension(spec.model) ?? 1);
  const propose = usePointsPropose();
  const put = (next: RewardSpec | null, field: string) =>
    propose((spec) => ({ ...spec, heldOut: next }), field);
  return (
    <TrainingSection
      id="held-out"
      title="Held-out reward"
      digest={heldOut === null ? "None" : rewardDigest(heldOut)}
    >
      <p className="note">
        Never trained on. If it falls while the trained reward rises, the reward is being gamed.
      </p>
      <label className="live-switch">
        <input
          type="checkbox"
          checked={heldOut !== null}
          onChange={(event) => put(event.target.checked ? newReward(dim).reward : null, "heldOut")}
        />
        Measure one
      </label>
      {heldOut !== null && (
        <OneReward reward={heldOut} dim={dim} path="heldOut" name="Held-out kind" onTry={put} />
      )}
    </TrainingSection>
  );
}

/** Kind and fields of one reward; `path` is where it stands in the spec. */
function OneReward(props: {
  readonly reward: RewardSpec;
  readonly dim: number;
  readonly path: string;
  readonly name: string;
  readonly onTry: (reward: RewardSpec, field: string) => string | null;
}) {
  const { reward, dim, path, name, onTry } = props;
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
