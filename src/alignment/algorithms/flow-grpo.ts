/**
 * Flow-GRPO [Liu25]: DDPO's surrogate on groups, on the SDE that has the marginals of a flow.
 *
 * Published: noise level a = 0.7 (eta = a / sqrt 2), N = 10 in training and 40 deployed, groups of 24 from different starting
 * noise, mean over the group and deviation over the whole batch (population, + 1e-4), advantages clamped to +- 5, clip 1e-4 of
 * the mean log-probability, 2 updates per rollout, the last step dropped, KL weight 0.04 or 0.01.
 */
import type { AlgorithmSpec } from "../../spec/training/types.ts";
import type { AlgorithmCard, AlgorithmFactory } from "../algorithm.ts";
import { policyGradient } from "../policy-gradient.ts";

export const FLOW_GRPO_CARD: AlgorithmCard = {
  title: "Flow-GRPO",
  summary:
    "Group-relative advantages on a stochastic version of the flow's sampler; groups start from different noise.",
  paper: "Liu25",
  defaults: [
    "noise level a = 0.7, that is eta = 0.49",
    "N = 10 in training, 40 deployed with the ODE",
    "groups of 24; mean of the group, deviation of the whole batch + 1e-4",
    "2 updates per rollout, last step dropped",
    "KL weight 0.04",
  ],
  deviations: [
    "The KL is the exact one of each step, in units of reward and with its effect on later steps; the published code leaves out the step length and weighs it against normalised advantages.",
    "Samples with advantage 0 stay in the batch; the code drops and pads them.",
    "No moving average of the weights.",
    "On the first step, 1 - t in the noise level is taken at the next grid time, as the code does at t = 1.",
    "Log-probabilities are summed over dims and clipped at 0.2 unless set otherwise.",
  ],
};

export const flowGrpo: AlgorithmFactory<Extract<AlgorithmSpec, { kind: "flow-grpo" }>> = (spec, setup) =>
  policyGradient(
    {
      rule: { kind: "clipped", clip: spec.clip, logProb: spec.logProb },
      advantage: { group: spec.group, deviationOver: "batch", std: spec.std, epsilon: 1e-4 },
      perPrompt: false,
      advantageClip: spec.advantageClip,
      shared: 1,
      minibatches: spec.minibatches,
      innerEpochs: spec.innerEpochs,
      timestepFraction: spec.timestepFraction,
      window: null,
      flashRatio: 1,
      aggregate: "rewards",
    },
    setup,
  );
