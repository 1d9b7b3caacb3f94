/** The training spec seen as a spec of the page of laws, so that its editors of laws, processes and rewards serve here too. */
import { adaptSpec } from "../../../spec/adapt.ts";
import { defaultSpec, modelDimension } from "../../../spec/defaults.ts";
import { isImageTraining, type PointTrainingSpec } from "../../../spec/training/types.ts";
import type { ExperimentSpec, ModelSpec, RewardSpec } from "../../../spec/types.ts";
import type { TrainingLabState, TrainingLabStore } from "../../../lab/training/state.ts";
import type { EditedState, EditedStore } from "../../lab-context.ts";

/** Law, process and first reward in a spec of laws; its other parts are defaults and mean nothing. */
export function asLaws(spec: PointTrainingSpec, reward = spec.rewards[0]?.reward): ExperimentSpec {
  const base = defaultSpec();
  return { ...base, model: spec.model, process: spec.process, reward: reward ?? base.reward };
}

/** The training spec with law, process and first reward of an edited spec of laws; all rewards follow the dimension. */
export function fromLaws(spec: PointTrainingSpec, edited: ExperimentSpec): PointTrainingSpec {
  const before = asLaws(spec);
  const { model, process } = edited;
  const fitted = (reward: RewardSpec) => rewardFor(model, reward);
  const rewards = spec.rewards.map(({ reward, weight }, i) => ({
    reward: i === 0 && edited.reward !== before.reward ? edited.reward : fitted(reward),
    weight,
  }));
  return { ...spec, model, process, rewards, heldOut: spec.heldOut && fitted(spec.heldOut) };
}

/** A reward in the dimension of a law. */
export function rewardFor(model: ModelSpec, reward: RewardSpec): RewardSpec {
  if (modelDimension(model) === rewardDimension(reward)) return reward;
  return adaptSpec({ ...defaultSpec(), model, reward }).reward;
}

/** Dimension that a reward is written for; null for a formula, which does not say. */
function rewardDimension(reward: RewardSpec): number | null {
  switch (reward.kind) {
    case "linear":
      return reward.weights.length;
    case "bumps":
      return reward.bumps[0]?.center.length ?? null;
    case "quadratic":
    case "ring":
      return reward.center.length;
    case "formula":
      return null;
  }
}

/** A store that the editors of laws can edit; what they propose reaches the training spec. */
export function lawsLens(store: TrainingLabStore): EditedStore {
  let from: TrainingLabState | null = null;
  let seen: EditedState | null = null;
  const view = (state: TrainingLabState): EditedState => {
    if (seen !== null && from?.spec === state.spec && from.sections === state.sections) return seen;
    from = state;
    seen = {
      // Laws are edited only where points are trained.
      spec: isImageTraining(state.spec) ? defaultSpec() : asLaws(state.spec),
      sections: state.sections,
      propose: (candidate, options) => {
        const { spec } = store.getState();
        if (isImageTraining(spec)) return [];
        return state.propose(fromLaws(spec, candidate as ExperimentSpec), options).map((problem) => ({
          ...problem,
          // The editors know one reward, and by this name.
          field: problem.field.replace(/^rewards\[0\]\.reward/, "reward"),
        }));
      },
      set: (fields) => state.set(fields),
    };
    return seen;
  };
  return {
    getState: () => view(store.getState()),
    getInitialState: () => view(store.getInitialState()),
    subscribe: (listener) =>
      store.subscribe((state) => {
        const now = view(state);
        listener(now, now);
      }),
  };
}
