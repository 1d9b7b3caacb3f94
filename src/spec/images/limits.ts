/** Ranges and defaults of an image experiment. */
import type { Range } from "../limits.ts";
import type { ImageSpec } from "./types.ts";

export const IMAGE_LIMITS = {
  promptLength: { min: 0, max: 200 },
  guidance: { min: 0, max: 20 },
  eta: { min: 0, max: 50 },
  steps: { min: 1, max: 100 },
  tiles: { min: 4, max: 64 },
  images: { min: 8, max: 4096 },
  /** Entries of each sweep list. */
  sweep: { min: 1, max: 16 },
} as const satisfies Record<string, Range>;

/** The first view: one prompt with all six attributes, four steps of the distilled model. */
export const IMAGE_DEFAULTS: ImageSpec = {
  version: 1,
  model: {
    kind: "glyphs",
    weights: "student",
    prompt: "bold blue serif R on white",
    completion: "network",
    negative: "",
    guidance: 2,
  },
  sampler: {
    kind: "gddim",
    eta: 1,
    steps: 4,
    grid: { kind: "uniform" },
    schedule: { kind: "constant" },
  },
  reward: { kind: "boldness" },
  evaluation: {
    tiles: 16,
    images: 64,
    etas: [0, 0.5, 1, 1.2, 2],
    steps: [1, 2, 4, 8],
    seed: 1,
    study: "sampler",
    promptSets: "drawn",
  },
};
