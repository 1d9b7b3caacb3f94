/**
 * DDPO [Black23]: denoising as a decision process, each step an action, the reward at the end.
 *
 *     SF   E[ sum_k grad log pi(x_(k+1) | x_k) A ],  one update per rollout
 *     IS   the same weighed by pi / pi_old, several updates per rollout, clipped
 *
 * Published: DDIM at eta = 1, N = 50, rewards normalised per prompt (population deviation), advantages clamped to +- 5, ratios
 * of the mean log-probability clipped to 1 +- 1e-4, one inner epoch, gradients accumulated over all steps, AdamW at 3e-4,
 * 4 updates per rollout (IS) or 1 (SF), no KL.
 */
import type { AlgorithmSpec } from "../../spec/training/types.ts";
import type { AlgorithmCard, AlgorithmFactory } from "../algorithm.ts";
import { policyGradient } from "../policy-gradient.ts";

const DEVIATIONS = [
  "Statistics of a prompt are those of its samples in the batch (all of them without prompts), in place of a buffer of its last 16 or 32 rewards.",
  "gDDIM takes the place of DDIM, so that eta may exceed 1; at eta = 1 they are the same step.",
  "The step to t = 0 has no noise and no density and is not trained on; the published schedule stops at a small noise instead.",
  "klWeight > 0 adds the exact KL to the pretrained model, later steps included; the publication has none.",
];

export const DDPO_SF_CARD: AlgorithmCard = {
  title: "DDPO-SF",
  summary: "Score-function policy gradient: one update per rollout, no ratio, no clipping.",
  paper: "Black23",
  defaults: [
    "eta = 1, N = 50",
    "1 update per rollout",
    "advantages clamped to ±5",
    "log-probability: mean over dims",
  ],
  deviations: DEVIATIONS,
};

export const DDPO_IS_CARD: AlgorithmCard = {
  title: "DDPO-IS",
  summary: "Importance-sampled policy gradient: several updates per rollout with a clipped ratio.",
  paper: "Black23",
  defaults: [
    "eta = 1, N = 50",
    "2 to 4 updates per rollout, 1 inner epoch",
    "clip 1e-4 of the mean log-probability",
    "advantages clamped to ±5",
  ],
  deviations: [
    "Log-probabilities are summed over dims and clipped at 0.2 unless set otherwise: 1e-4 of the mean is ±1.6 of the sum in 16,384 dims, but would freeze every update after the first in 2.",
    ...DEVIATIONS,
  ],
};

export const ddpoSf: AlgorithmFactory<Extract<AlgorithmSpec, { kind: "ddpo-sf" }>> = (spec, setup) =>
  policyGradient(
    {
      ...shared(setup.training.batch, spec.std),
      rule: { kind: "score", clip: Infinity, logProb: spec.logProb },
      advantageClip: spec.advantageClip,
      minibatches: 1,
      innerEpochs: 1,
      timestepFraction: spec.timestepFraction,
    },
    setup,
  );

export const ddpoIs: AlgorithmFactory<Extract<AlgorithmSpec, { kind: "ddpo-is" }>> = (spec, setup) =>
  policyGradient(
    {
      ...shared(setup.training.batch, spec.std),
      rule: { kind: "clipped", clip: spec.clip, logProb: spec.logProb },
      advantageClip: spec.advantageClip,
      minibatches: spec.minibatches,
      innerEpochs: spec.innerEpochs,
      timestepFraction: spec.timestepFraction,
    },
    setup,
  );

function shared(batch: number, std: "population" | "sample") {
  return {
    advantage: { group: batch, deviationOver: "batch", std, epsilon: 1e-8 },
    perPrompt: true,
    shared: 1,
    window: null,
    flashRatio: 1,
    aggregate: "rewards",
  } as const;
}
