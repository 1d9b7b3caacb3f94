/** Experiments to start from; each shows one thing. Every spec is complete and valid (a test checks), so links and files can start from them too. */
import { parseSpec } from "./parse.ts";
import { SpecError } from "./problems.ts";
import type { ExperimentSpec } from "./types.ts";

export interface Preset {
  readonly id: string;
  readonly title: string;
  /** What it shows, in one or two sentences. */
  readonly description: string;
  readonly spec: ExperimentSpec;
}

function preset(
  id: string,
  title: string,
  description: string,
  json: Readonly<Record<string, unknown>>,
): Preset {
  const parsed = parseSpec({ version: 1, ...json });
  if (!parsed.ok) throw new SpecError(parsed.problems);
  return { id, title, description, spec: parsed.spec };
}

const CLOUD = [
  {
    weight: 0.42,
    mean: [-1.2, 0.5],
    cov: [
      [0.18, 0.1],
      [0.1, 0.16],
    ],
  },
  {
    weight: 0.33,
    mean: [0.9, 0.9],
    cov: [
      [0.22, -0.08],
      [-0.08, 0.1],
    ],
  },
  {
    weight: 0.25,
    mean: [0.3, -1.1],
    cov: [
      [0.35, 0.02],
      [0.02, 0.06],
    ],
  },
] as const;

export const PRESETS: readonly Preset[] = [
  preset(
    "ve-gap",
    "VE gap",
    "Variance-exploding diffusion never quite forgets its prior. The deterministic sampler keeps more of the error; the gap shrinks only like 1/T.",
    {},
  ),
  preset(
    "vp-gap",
    "VP gap",
    "Variance-preserving diffusion forgets its prior exponentially fast in B(T), so the same law shows a far smaller gap; what few steps leave is mostly discretisation.",
    {
      process: { kind: "vp", beta: { kind: "linear", min: 0.1, max: 20 } },
      evaluation: { steps: [5, 10, 20, 50, 100, 200] },
      sampler: { steps: 50, grid: { kind: "power", power: 2 } },
    },
  ),
  preset(
    "eta-above-one",
    "η above 1",
    "gDDIM stays valid at any η, also where DDIM would need the square root of a negative number. More noise forgets the prior better and costs variance at few steps.",
    {
      model: {
        kind: "mixture",
        components: [
          { weight: 0.5, mean: [-1], cov: [[0.2]] },
          { weight: 0.5, mean: [1.5], cov: [[0.1]] },
        ],
      },
      reward: { kind: "quadratic", center: [1.5] },
      sampler: { eta: 2, steps: 16 },
      evaluation: { etas: [0, 0.5, 1, 1.5, 2, 3, 4, 6], steps: [4, 8, 16, 32, 64] },
    },
  ),
  preset(
    "few-steps",
    "Few steps",
    "With a handful of steps most of the gap is discretisation: the stochastic sampler loses variance, the deterministic one stays stable.",
    {
      reward: { kind: "quadratic", center: [1.5] },
      sampler: { eta: 1, steps: 4 },
      evaluation: { steps: [1, 2, 3, 4, 6, 8, 12, 16, 32, 64] },
    },
  ),
  preset(
    "contractive",
    "Contractive",
    "A forward process that expands has a sampler that contracts, so errors made along the way die out. But the signal never fades: the prior stays a poor match, and the gap remains however long the process runs.",
    {
      process: { kind: "contractive-ou" },
      sampler: { steps: 20 },
      evaluation: { steps: [5, 10, 20, 50, 100] },
    },
  ),
  preset(
    "own-points",
    "Own points",
    "Your points, as a CSV file, pasted or drawn, become a mixture whose score is exact. Here: an example of three Gaussians, ready to be replaced.",
    {
      model: { kind: "points", name: "example", components: CLOUD },
      process: { kind: "ve", T: 3 },
      reward: { kind: "bumps", bumps: [{ center: [0.9, 0.9], width: 0.6, height: 1 }] },
      sampler: { eta: 1, steps: 20 },
      evaluation: { etas: [0, 0.3, 0.6, 1, 1.5, 2], steps: [5, 10, 20, 50] },
    },
  ),
  preset(
    "reading-a",
    "Reading A: tilted score",
    "Fine-tuning as a new law: the network is the exact score of the data tilted by exp(r / λ). With many steps the gap comes from the prior, and it narrows as the tilt grows.",
    {
      process: { kind: "vp", beta: { kind: "linear", min: 0.1, max: 6 } },
      reward: { kind: "quadratic", center: [0] },
      target: { kind: "tilted", klWeight: 2 },
      sampler: { steps: 50, grid: { kind: "power", power: 2 } },
      evaluation: { steps: [10, 20, 50, 100] },
    },
  ),
  preset(
    "reading-b",
    "Reading B: optimal control",
    "Fine-tuning as the best policy of the stochastic sampler it was trained with. Deployed with another η, the same network overshoots or undershoots the target.",
    {
      model: { kind: "gaussian", mean: [0], cov: [[1]] },
      process: { kind: "vp", beta: { kind: "linear", min: 0.1, max: 20 } },
      reward: { kind: "quadratic", center: [2] },
      target: { kind: "controlled", klWeight: 2, etaTrain: 1.2 },
      sampler: { steps: 50, grid: { kind: "power", power: 2 } },
      evaluation: { etas: [0, 0.4, 0.8, 1, 1.2, 2], steps: [10, 20, 50, 100] },
    },
  ),
  preset(
    "moons-ring",
    "Two moons, ring reward",
    "Two moons in the plane, turned into a mixture by EM, with a reward on a ring around the origin.",
    {
      model: { kind: "shape", shape: "moons", noise: 0.1 },
      process: { kind: "flow" },
      reward: { kind: "ring", center: [0, 0], radius: 1, width: 0.3 },
      sampler: { eta: 1, steps: 30, grid: { kind: "uniform" } },
      evaluation: { etas: [0, 0.3, 0.6, 1, 1.5, 2], steps: [10, 20, 30, 60] },
    },
  ),
  preset(
    "sde-window",
    "SDE window",
    "Mixed samplers draw noise in a window of steps only and run deterministically elsewhere. The window keeps part of the stochastic sampler's forgetting.",
    {
      sampler: { eta: 1.2, steps: 20, schedule: { kind: "window", start: 0, size: 5 } },
      evaluation: { steps: [10, 20, 40, 80] },
    },
  ),
  preset(
    "high-dimension",
    "64 dimensions",
    "A Gaussian law in 64 dimensions with correlated coordinates. Theory stays exact through the eigenvectors; gaps add up over dimensions.",
    {
      model: {
        kind: "gaussian",
        mean: Array.from({ length: 64 }, (_, i) => Math.round(50 * Math.cos(i / 8)) / 100),
        cov: { kind: "exponential", variance: 0.5, correlation: 0.6 },
      },
      evaluation: { etas: [0, 0.4, 0.8, 1.2, 2], steps: [5, 10, 20, 50], particles: 8192 },
    },
  ),
  preset(
    "euler-maruyama",
    "Euler–Maruyama",
    "The same reverse SDE discretised naively. Compare with gDDIM at the same N: most of what looks like a gap is discretisation.",
    {
      process: { kind: "vp", beta: { kind: "linear", min: 0.1, max: 20 } },
      sampler: { kind: "euler-maruyama", eta: 1, steps: 20, grid: { kind: "uniform" } },
      evaluation: { etas: [0, 0.4, 0.8, 1, 1.2], steps: [20, 50, 100, 200] },
    },
  ),
];

/** The preset of that id, or null. */
export function presetOf(id: string): Preset | null {
  return PRESETS.find((p) => p.id === id) ?? null;
}
