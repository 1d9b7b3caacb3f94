/**
 * DanceGRPO [Xue25]: groups from one starting noise, with the deviation of each group.
 *
 * Published: std epsilon sqrt(|dt|) with epsilon = 0.3, N = 16 to 25, groups of 12 from one starting noise, mean and sample
 * deviation (n - 1, + 1e-8) of the group, a random 60 % of the steps, the last step dropped, advantages clamped to +- 5, clip
 * 1e-4 of the mean log-probability, no KL.
 */
import type { AlgorithmSpec } from "../../spec/training/types.ts";
import type { AlgorithmCard, AlgorithmFactory } from "../algorithm.ts";
import { policyGradient } from "../policy-gradient.ts";

export const DANCE_GRPO_CARD: AlgorithmCard = {
  title: "DanceGRPO",
  summary:
    "Group-relative advantages within groups that share their starting noise; a random share of the steps is trained.",
  paper: "Xue25",
  defaults: [
    "std 0.3 sqrt(|dt|), the same at every time",
    "groups of 12 from one starting noise; mean and sample deviation of the group",
    "60 % of the steps, drawn per trajectory; last step dropped",
    "no KL",
  ],
  deviations: [
    "klWeight > 0 adds the exact KL to the pretrained model, later steps included.",
    "Log-probabilities are summed over dims and clipped at 0.2 unless set otherwise.",
    "No moving average of the weights.",
  ],
};

export const danceGrpo: AlgorithmFactory<Extract<AlgorithmSpec, { kind: "dance-grpo" }>> = (spec, setup) =>
  policyGradient(
    {
      rule: { kind: "clipped", clip: spec.clip, logProb: spec.logProb },
      advantage: { group: spec.group, deviationOver: "group", std: spec.std, epsilon: 1e-8 },
      perPrompt: false,
      advantageClip: spec.advantageClip,
      shared: spec.group,
      minibatches: spec.minibatches,
      innerEpochs: spec.innerEpochs,
      timestepFraction: spec.timestepFraction,
      window: null,
      flashRatio: 1,
      aggregate: "rewards",
    },
    setup,
  );
