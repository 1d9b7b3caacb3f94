/** What the reward sections of points and of images share: the list with weights, and the one that training never sees. */
import type { ReactNode } from "react";
import { TRAINING_LIMITS } from "../../../spec/training/limits.ts";
import { NumberField } from "../../fields/NumberField.tsx";
import { Icon } from "../../Icon.tsx";
import { TrainingSection } from "./TrainingSection.tsx";

interface Weighted<R> {
  readonly reward: R;
  readonly weight: number;
}

/** One reward's editor: what it edits, where that stands in the spec, and the name of its kind. */
export interface RewardPlace<R> {
  readonly reward: R;
  readonly path: string;
  readonly name: string;
  readonly onTry: (reward: R, field: string) => string | null;
}

export interface WeightedRewardsProps<R> {
  readonly rewards: readonly Weighted<R>[];
  readonly put: (
    change: (rewards: readonly Weighted<R>[]) => readonly Weighted<R>[],
    field: string,
  ) => string | null;
  readonly digest: (reward: R) => string;
  /** What "Add a reward" adds; null where there is none left. */
  readonly next: () => Weighted<R> | null;
  readonly editor: (place: RewardPlace<R>) => ReactNode;
}

/** Section "Reward". */
export function WeightedRewards<R>({ rewards, put, digest, next, editor }: WeightedRewardsProps<R>) {
  const one = rewards.length === 1;
  const [first] = rewards;
  const added = rewards.length < TRAINING_LIMITS.rewards.max ? next() : null;
  return (
    <TrainingSection
      id="rewards"
      title={one ? "Reward" : "Rewards"}
      digest={one && first !== undefined ? digest(first.reward) : `${rewards.length} weighted`}
      openAtFirst
    >
      {rewards.map(({ reward, weight }, i) => (
        <fieldset key={i} className="reward-part">
          <legend className={one ? "visually-hidden" : ""}>Reward {i + 1}</legend>
          {editor({
            reward,
            path: `rewards[${i}].reward`,
            name: one ? "Reward kind" : `Kind of reward ${i + 1}`,
            onTry: (changed, field) =>
              put((all) => all.map((old, j) => (j === i ? { ...old, reward: changed } : old)), field),
          })}
          {!one && (
            <>
              <NumberField
                label="Weight"
                name={`Weight of reward ${i + 1}`}
                value={weight}
                fallback={1}
                slider={{ min: 0.05, max: 20, log: true }}
                onTry={(changed) =>
                  put(
                    (all) => all.map((old, j) => (j === i ? { ...old, weight: changed } : old)),
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
      {added !== null && (
        <div className="row">
          <button
            type="button"
            className="button small"
            onClick={() => put((all) => [...all, added], "rewards")}
          >
            <Icon name="plus" /> Add a reward
          </button>
        </div>
      )}
    </TrainingSection>
  );
}

export interface HeldOutRewardProps<R> {
  readonly heldOut: R | null;
  readonly put: (reward: R | null, field: string) => string | null;
  readonly digest: (reward: R) => string;
  /** What is measured when the box is ticked. */
  readonly first: () => R | null;
  readonly editor: (place: RewardPlace<R>) => ReactNode;
}

/** Section "Held-out reward": measured next to the trained one, so that gaming it shows. */
export function HeldOutReward<R>({ heldOut, put, digest, first, editor }: HeldOutRewardProps<R>) {
  return (
    <TrainingSection
      id="held-out"
      title="Held-out reward"
      digest={heldOut === null ? "None" : digest(heldOut)}
    >
      <p className="note">
        Never trained on. If it falls while the trained reward rises, the reward is being gamed.
      </p>
      <label className="live-switch">
        <input
          type="checkbox"
          checked={heldOut !== null}
          onChange={(event) => put(event.target.checked ? first() : null, "heldOut")}
        />
        Measure one
      </label>
      {heldOut !== null && editor({ reward: heldOut, path: "heldOut", name: "Held-out kind", onTry: put })}
    </TrainingSection>
  );
}
