/** Trainings to start from; each answers one question. Every spec is complete and valid (a test checks). */
import { SpecError } from "../problems.ts";
import { parseTrainingSpec } from "./parse.ts";
import type { TrainingSpec } from "./types.ts";

export interface TrainingPreset {
  readonly id: string;
  readonly title: string;
  /** The question, and where on the page its answer shows, in one or two sentences. */
  readonly question: string;
  readonly spec: TrainingSpec;
}

function preset(
  id: string,
  title: string,
  question: string,
  json: Readonly<Record<string, unknown>>,
): TrainingPreset {
  const parsed = parseTrainingSpec({ version: 1, kind: "training", ...json });
  if (!parsed.ok) throw new SpecError(parsed.problems);
  return { id, title, question, spec: parsed.spec };
}

/** A Gaussian on a line: both readings of the theory are exact for it. */
const LINE = {
  model: { kind: "gaussian", mean: [0], cov: [[1]] },
  rewards: [{ reward: { kind: "quadratic", center: [2] } }],
} as const;

export const TRAINING_PRESETS: readonly TrainingPreset[] = [
  preset(
    "first",
    "Reward on the moons",
    "Does the reward rise, and do the samples still look like data? DDPO at η = 1; the held-out reward is high on both moons.",
    {},
  ),
  preset(
    "gap-training",
    "Gap while training",
    "Does the gap between the training sampler and the ODE shrink while training? Few steps, so that there is a gap to begin with.",
    { training: { noise: { kind: "gddim", eta: 1.2 }, steps: 8 } },
  ),
  preset(
    "eta-ode",
    "Train at η = 1.2, deploy the ODE",
    "Does more noise in training give better samples without noise? Open the matrix of training η against deployment η.",
    {
      training: { noise: { kind: "gddim", eta: 1.2 } },
      evaluation: { etasTrain: [0.5, 0.7, 1, 1.2, 1.5, 2], etasDeploy: [0, 0.5, 1, 1.2, 2] },
    },
  ),
  preset(
    "little-noise",
    "Training with little noise",
    "What does η = 0.25 do to the policy gradient? The gradient of a log-probability grows like 1/η, so clipping bites early.",
    { training: { noise: { kind: "gddim", eta: 0.25 } } },
  ),
  preset(
    "mix-window",
    "MixGRPO's window",
    "Is noise in 4 of 20 steps enough to learn from? The window slides from the noisiest steps to the last.",
    {
      algorithm: {
        kind: "mix-grpo",
        window: { strategy: "progressive", size: 4, start: 0, interval: 4, stride: 1 },
      },
    },
  ),
  preset(
    "flow-grpo",
    "Flow-GRPO",
    "How does the published noise law, level 0.7 (η about 0.5), train? Groups of 24, normalised over the whole batch, with a KL penalty.",
    { algorithm: "flow-grpo" },
  ),
  preset(
    "dance-grpo",
    "DanceGRPO",
    "What changes when the noise is constant in time and a group shares its start?",
    { algorithm: "dance-grpo" },
  ),
  preset(
    "sdpo-steps",
    "SDPO and few steps",
    "Does a dense reward at every step help samplers of 1 to 10 steps? Compare with DDPO in the study of steps.",
    { algorithm: "sdpo", training: { steps: 10 }, evaluation: { stepsDeploy: [1, 2, 4, 10, 20, 50] } },
  ),
  preset(
    "hacking",
    "No KL: reward hacking",
    "What does a narrow reward do to the samples without a KL penalty? The trained reward rises, diversity collapses, and the alarm says so.",
    {
      rewards: [{ reward: { kind: "linear", weights: [0, 1] } }],
      training: { klWeight: 0, learningRate: 1e-3 },
    },
  ),
  preset(
    "kl-holds",
    "The same with a KL penalty",
    "Does a KL penalty hold the samples near the data? The same linear reward with klWeight 0.3.",
    {
      rewards: [{ reward: { kind: "linear", weights: [0, 1] } }],
      training: { klWeight: 0.3, learningRate: 1e-3 },
    },
  ),
  preset(
    "optimum",
    "Does training reach the optimum?",
    "On a Gaussian with a quadratic reward the best policy is known exactly (reading B). Does DDPO with the same klWeight get there?",
    {
      ...LINE,
      process: { kind: "vp" },
      training: {
        noise: { kind: "gddim", eta: 1.2 },
        klWeight: 2,
        learningRate: 1e-3,
        iterations: 150,
        grid: { kind: "power", power: 2 },
      },
    },
  ),
  preset(
    "direct",
    "Through the sampler",
    "How much faster is the gradient of a differentiable reward than a policy gradient? Backpropagation through the last 5 steps.",
    { algorithm: { kind: "direct", through: 5 } },
  ),
  preset(
    "best-of-n",
    "Best of four",
    "How far does picking the best of four samples go, without any training, at equal network calls?",
    { algorithm: "best-of-n" },
  ),
  preset(
    "two-rewards",
    "Two rewards at once",
    "Where do samples go when two rewards pull to two places? MixGRPO normalises each before it adds them.",
    {
      algorithm: "mix-grpo",
      rewards: [
        { reward: { kind: "bumps", bumps: [{ center: [-1.25, 0.75], width: 0.6, height: 1 }] }, weight: 1 },
        { reward: { kind: "bumps", bumps: [{ center: [1.25, -0.75], width: 0.6, height: 1 }] }, weight: 0.5 },
      ],
    },
  ),
  preset(
    "bold-letters",
    "Images: bolder letters",
    "Do strokes grow wider, and can the letters still be read? DDPO trains low-rank parts of the glyph model; legibility is judged by classifiers that take no part.",
    { model: "glyphs" },
  ),
  preset(
    "red-images",
    "Images: towards red",
    "Does the ODE turn red too when only noisy samples were trained on? Flow-GRPO in groups of 8, with its KL penalty.",
    {
      model: { kind: "glyphs", prompts: ["bold R", "light sans k"] },
      rewards: [{ reward: { kind: "colour", colour: "red" } }],
      algorithm: "flow-grpo",
    },
  ),
  preset(
    "image-window",
    "Images: a window of noise",
    "Is noise in 2 of 8 steps enough to learn from? MixGRPO on the glyph model; the other steps are the ODE's.",
    {
      model: { kind: "glyphs", prompts: ["blue serif R on white"] },
      rewards: [{ reward: "contrast" }],
      algorithm: "mix-grpo",
      training: { steps: 8 },
    },
  ),
  preset(
    "image-dense",
    "Images: a reward at every step",
    "Do rewards of the predicted image at each of 3 steps help? SDPO compares pairs from one starting noise.",
    {
      model: { kind: "glyphs", prompts: ["blue serif R on white", "black sans A on yellow"] },
      rewards: [{ reward: "stroke" }],
      algorithm: "sdpo",
      training: { steps: 3 },
    },
  ),
];

/** The preset of that id, or null. */
export function trainingPresetOf(id: string): TrainingPreset | null {
  return TRAINING_PRESETS.find((p) => p.id === id) ?? null;
}
