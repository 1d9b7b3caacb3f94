/** One-line descriptions of the parts of a spec, for section heads and thumbnails. */
import { modelDimension } from "../../spec/defaults.ts";
import type {
  EtaScheduleSpec,
  ExperimentSpec,
  GridSpec,
  ModelSpec,
  ProcessSpec,
  RewardSpec,
  SamplerSpec,
  TargetSpec,
} from "../../spec/types.ts";

export const MODEL_WORDS: Readonly<Record<ModelSpec["kind"], string>> = {
  gaussian: "Gaussian",
  mixture: "Mixture",
  shape: "2-D shape",
  points: "Own points",
};

export const PROCESS_WORDS: Readonly<Record<ProcessSpec["kind"], string>> = {
  ve: "VE",
  vp: "VP",
  "sub-vp": "sub-VP",
  flow: "Rectified flow",
  "contractive-ou": "Contractive OU",
  "contractive-sub-vp": "Contractive sub-VP",
};

export const SAMPLER_WORDS: Readonly<Record<SamplerSpec["kind"], string>> = {
  gddim: "gDDIM",
  ddim: "DDIM with η",
  "euler-maruyama": "Euler–Maruyama",
  heun: "Heun",
};

export const GRID_WORDS: Readonly<Record<GridSpec["kind"], string>> = {
  uniform: "Uniform",
  power: "Power",
  edm: "EDM (Karras)",
  "log-snr": "Uniform in log-SNR",
};

export const SCHEDULE_WORDS: Readonly<Record<EtaScheduleSpec["kind"], string>> = {
  constant: "Constant",
  window: "Window of steps",
  weights: "Drawn",
};

export const REWARD_WORDS: Readonly<Record<RewardSpec["kind"], string>> = {
  quadratic: "Quadratic",
  linear: "Linear",
  bumps: "Gaussian bumps",
  ring: "Ring",
  formula: "Formula",
};

export const TARGET_WORDS: Readonly<Record<TargetSpec["kind"], string>> = {
  reference: "Reference model",
  tilted: "Fine-tuned, reading A",
  controlled: "Fine-tuned, reading B",
};

/** "Gaussian, 1-D" */
export function modelDigest(model: ModelSpec): string {
  const dim = modelDimension(model);
  const tail = dim === null ? "" : `, ${dim}-D`;
  switch (model.kind) {
    case "gaussian":
      return `Gaussian${tail}`;
    case "mixture":
      return `${model.components.length} components${tail}`;
    case "shape":
      return model.shape;
    case "points":
      return `${model.name ?? "own points"}${tail}`;
  }
}

/** "VE, T = 5" */
export function processDigest(process: ProcessSpec): string {
  const beta = "beta" in process ? `, ${process.beta.kind} β` : "";
  return `${PROCESS_WORDS[process.kind]}${beta}, T = ${process.T}`;
}

/** "gDDIM, η = 1.2, N = 10" */
export function samplerDigest({ kind, eta, steps }: SamplerSpec): string {
  return `${SAMPLER_WORDS[kind]}, η = ${eta}, N = ${steps}`;
}

/** "quadratic at 0" */
export function rewardDigest(reward: RewardSpec): string {
  if (reward.kind === "formula") return reward.text;
  return REWARD_WORDS[reward.kind];
}

/** "reading A, klWeight 1" */
export function targetDigest(target: TargetSpec): string {
  if (target.kind === "reference") return "Reference";
  return `${target.kind === "tilted" ? "Reading A" : "Reading B"}, klWeight ${target.klWeight}`;
}

/** "20,000 particles" */
export function evaluationDigest({ evaluation }: ExperimentSpec): string {
  return `${evaluation.particles.toLocaleString("en-US")} particles, seed ${evaluation.seed}`;
}
