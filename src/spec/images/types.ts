/**
 * An experiment on the glyph model: a prompt, a sampler, a reward. Plain JSON in links and files, like `ExperimentSpec`, and
 * told from it by `model.kind`.
 *
 * Images are [3, 32, 32], red, green and blue in [-1, 1]; rectified flow, x_t = (1 - t) x_0 + t eps, t from 1 to 0.
 */
import type { EtaScheduleSpec, GridSpec } from "../types.ts";

/** Which network: the teacher takes guidance and many steps, the student is distilled from it to few. */
export type GlyphWeights = "student" | "teacher";

/** Who decides what a prompt leaves open: the network for itself, or a draw for each image from how the data are. */
export const COMPLETIONS = ["network", "drawn"] as const;

export type Completion = (typeof COMPLETIONS)[number];

export interface GlyphModelSpec {
  readonly kind: "glyphs";
  readonly weights: GlyphWeights;
  /** Free text, such as "bold italic red serif A on yellow". Any subset of the attributes; the rest is left open. */
  readonly prompt: string;
  readonly completion: Completion;
  /** What guidance leads away from; teacher only, "" for the empty prompt. */
  readonly negative: string;
  /** Classifier-free guidance scale of the teacher, 1 = none. The student has it built in. */
  readonly guidance: number;
}

export interface ImageSamplerSpec {
  readonly kind: "gddim";
  /** eta >= 0 of the stochastic row of images. */
  readonly eta: number;
  /** N of both rows. */
  readonly steps: number;
  readonly grid: GridSpec;
  readonly schedule: EtaScheduleSpec;
}

export const IMAGE_REWARDS = [
  "alignment",
  "legibility",
  "aesthetic",
  "compressibility",
  "incompressibility",
  "boldness",
  "stroke",
  "symmetry",
  "colourfulness",
  "colour",
  "contrast",
  "smoothness",
] as const;

export type ImageRewardKind = (typeof IMAGE_REWARDS)[number];

export const COLOURS = [
  "red",
  "orange",
  "yellow",
  "green",
  "cyan",
  "blue",
  "purple",
  "pink",
  "white",
  "black",
] as const;

export type ColourName = (typeof COLOURS)[number];

export type ImageRewardSpec =
  | { readonly kind: Exclude<ImageRewardKind, "colour"> }
  /** Closeness of the whole image to one colour. */
  | { readonly kind: "colour"; readonly colour: ColourName };

/** What the charts measure: samplers over eta and N, prompts from poor to rich, how near samples come to real glyphs, or the general bound. */
export const IMAGE_STUDIES = ["sampler", "prompts", "fidelity", "bound"] as const;

export type ImageStudyKind = (typeof IMAGE_STUDIES)[number];

/** Prompts from poor to rich: cut from full ones that the seed draws, or from the specification's own prompt. */
export const PROMPT_SETS = ["drawn", "cut"] as const;

export type PromptSetsKind = (typeof PROMPT_SETS)[number];

export interface ImageEvaluationSpec {
  /** Images shown in each row of the grid. */
  readonly tiles: number;
  /** Images behind each point of the charts. */
  readonly images: number;
  /** Etas of the sweep over eta, each >= 0. Every point is compared with eta = 0 on the same noise. */
  readonly etas: readonly number[];
  /** Step counts of the sweep over N. */
  readonly steps: readonly number[];
  /** Unsigned 32-bit seed of the counter generator. */
  readonly seed: number;
  readonly study: ImageStudyKind;
  /** For the study of prompts. */
  readonly promptSets: PromptSetsKind;
}

export interface ImageSpec {
  readonly version: 1;
  readonly model: GlyphModelSpec;
  readonly sampler: ImageSamplerSpec;
  readonly reward: ImageRewardSpec;
  readonly evaluation: ImageEvaluationSpec;
}
