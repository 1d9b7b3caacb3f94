/**
 * MixGRPO [Li25]: noise, and training, only in a sliding window of steps; the rest of the trajectory is the ODE's.
 *
 * Published: Flow-GRPO's noise at 0.7, N = 25, window of 4 steps that moves by 1 every 25 iterations and goes back at the end,
 * groups of 12 from one starting noise, mean and sample deviation of the group, each reward normalised by itself, 4 updates
 * per rollout, clip 1e-4 of the mean log-probability, no KL. Flash: after the window DPM-Solver++ 2M takes 0.4 (progressive) or
 * 0.2 (frozen) of the steps.
 */
import type { AlgorithmSpec } from "../../spec/training/types.ts";
import type { AlgorithmCard, AlgorithmFactory } from "../algorithm.ts";
import { policyGradient } from "../policy-gradient.ts";
import { trainedStepCount } from "../trained-steps.ts";
import { windowAt } from "../window.ts";

export const MIX_GRPO_CARD: AlgorithmCard = {
  title: "MixGRPO",
  summary: "Noise and updates only in a sliding window of steps; the other steps are those of the ODE.",
  paper: "Li25",
  defaults: [
    "noise level a = 0.7, N = 25",
    "window of 4 steps, moved by 1 every 25 iterations",
    "groups of 12 from one starting noise; mean and sample deviation of the group",
    "4 updates per rollout, no KL",
    "Flash: DPM-Solver++ 2M in 0.4 of the steps after the window",
  ],
  deviations: [
    "The window keeps its full size at the end of the trajectory, where the code lets it shrink until it is empty.",
    "Any noise law may be used in the window; the second one of the publication, CPS, is left out.",
    "Flash takes its times off the given grid and always ends at t = 0; the code counts points, not steps, and may stop short.",
    "The KL, if any, is to the pretrained model; the code's is to the policy of the rollout.",
    "Deployment is with the tuned model throughout, not mixed with the pretrained one.",
    "Log-probabilities are summed over dims and clipped at 0.2 unless set otherwise.",
  ],
};

export const mixGrpo: AlgorithmFactory<Extract<AlgorithmSpec, { kind: "mix-grpo" }>> = (spec, setup) => {
  const steps = trainedStepCount(setup);
  return policyGradient(
    {
      rule: { kind: "clipped", clip: spec.clip, logProb: spec.logProb },
      advantage: { group: spec.group, deviationOver: "group", std: spec.std, epsilon: 1e-8 },
      perPrompt: false,
      advantageClip: spec.advantageClip,
      shared: spec.sharedNoise ? spec.group : 1,
      minibatches: spec.minibatches,
      innerEpochs: spec.innerEpochs,
      timestepFraction: spec.timestepFraction,
      window: (iteration) => windowAt(spec.window, iteration, steps, setup.training.seed),
      flashRatio: spec.flashRatio,
      aggregate: spec.aggregate,
    },
    setup,
  );
};
