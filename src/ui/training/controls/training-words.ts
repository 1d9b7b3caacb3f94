/** Names and one-line explanations of the parts of a training spec. */
import { ALGORITHM_NAMES } from "../../../spec/training/algorithm-names.ts";
import type { AlgorithmSpec, NoiseSpec, TrainingSpec, WindowSpec } from "../../../spec/training/types.ts";

export const NOISE_WORDS: Readonly<Record<NoiseSpec["kind"], string>> = {
  gddim: "gDDIM, η",
  "flow-grpo": "Flow-GRPO, level a",
  "dance-grpo": "DanceGRPO, level ε",
};

/** What the noise law means, with the number it has. */
export function noiseNote(noise: NoiseSpec): string {
  switch (noise.kind) {
    case "gddim":
      return "η = 1 is the usual stochastic sampler; 0 has no density, so there is nothing to train on.";
    case "flow-grpo":
      return `Euler–Maruyama on the flow with level a: about gDDIM at η = a / √2 = ${(noise.level / Math.SQRT2).toFixed(2)} for small steps.`;
    case "dance-grpo":
      return "Euler–Maruyama with standard deviation ε √|Δt|, the same at every t: relatively more noise late.";
  }
}

export const WINDOW_WORDS: Readonly<Record<WindowSpec["strategy"], string>> = {
  progressive: "Progressive",
  random: "At random",
  decay: "Decaying intervals",
  "exp-decay": "Exponential decay",
  frozen: "Not at all",
};

/** "DDPO-IS, η = 1" */
export function algorithmDigest({ algorithm }: TrainingSpec): string {
  return ALGORITHM_NAMES[algorithm.kind];
}

/** "η = 1, N = 20" */
export function noiseDigest({ training: { noise, steps } }: TrainingSpec): string {
  return `${noiseLevelText(noise)}, N = ${steps}`;
}

/** "η = 1.2", in the letter of the noise law's own convention. */
export function noiseLevelText(noise: NoiseSpec): string {
  if (noise.kind === "gddim") return `η = ${noise.eta}`;
  return noise.kind === "flow-grpo" ? `a = ${noise.level}` : `ε = ${noise.level}`;
}

/** A number of an algorithm, or a choice, with what it does in one line. */
export interface OptionWords {
  readonly label: string;
  readonly note: string;
}

type Keys<A> = A extends unknown ? Exclude<keyof A, "kind" | "window"> : never;
export type OptionName = Keys<AlgorithmSpec>;

export const OPTION_WORDS: Readonly<Record<OptionName, OptionWords>> = {
  clip: {
    label: "Clip",
    note: "The ratio π/π_old counts only up to 1 ± this, so that one rollout cannot move the policy far.",
  },
  advantageClip: {
    label: "Advantage clip",
    note: "Advantages beyond ± this are cut: one lucky sample does not rule.",
  },
  logProb: {
    label: "Log-probability",
    note: "Sum over the dimensions is the density of a step; the image codes take the mean.",
  },
  std: { label: "Standard deviation", note: "Of rewards, for the advantages: dividing by n, or by n − 1." },
  minibatches: {
    label: "Updates per pass",
    note: "The rollout is split into so many parts, one update each.",
  },
  innerEpochs: {
    label: "Passes over a rollout",
    note: "More reuse of the same samples; the ratio leaves 1 further.",
  },
  timestepFraction: {
    label: "Share of steps",
    note: "Trained on per trajectory, drawn at random; fewer are cheaper and noisier.",
  },
  buffer: { label: "Replay buffer", note: "Newest transitions that updates draw from." },
  policySteps: { label: "Policy updates", note: "Per iteration." },
  valueSteps: { label: "Value updates", note: "Per iteration, of the baseline that advantages subtract." },
  kl: {
    label: "KL term",
    note: "The published code takes the plain squared difference of predictions; exact is the KL of a step.",
  },
  group: { label: "Group size", note: "Samples that are compared with each other; must divide the batch." },
  aggregate: { label: "Several rewards", note: "Normalise each and add, or add and normalise." },
  flashRatio: {
    label: "Flash ratio",
    note: "Share of the steps after the window that DPM-Solver++ keeps; 1 keeps all of them.",
  },
  sharedNoise: { label: "One start per group", note: "All of a group start from the same noise." },
  discount: { label: "Discount γ", note: "Weight of later rewards in the return of a step." },
  temporalDecay: {
    label: "Temporal decay λ",
    note: "λᵏ weighs step k: below 1 the early, noisy steps count more.",
  },
  pairs: { label: "Paired trajectories", note: "Two from one starting noise are held against each other." },
  denseRewards: { label: "Dense rewards", note: "A reward at every step, from the sample predicted there." },
  stepwiseAdvantages: {
    label: "Stepwise advantages",
    note: "Normalised step by step, not over the trajectory.",
  },
  stepwiseUpdates: { label: "Stepwise updates", note: "One update per step, not per trajectory." },
  shuffleSteps: { label: "Shuffled steps", note: "Steps are updated in random order." },
  temperature: {
    label: "Temperature",
    note: "Samples weigh exp(r / temperature): low favours the best few.",
  },
  innerSteps: { label: "Updates per iteration", note: "Denoising steps on the weighted samples." },
  through: {
    label: "Steps differentiated",
    note: "The reward's gradient flows back through the last so many steps.",
  },
  n: { label: "n", note: "The best of n samples is kept: what training has to beat at equal cost." },
};
