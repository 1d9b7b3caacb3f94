/**
 * The interface between image experiments and what runs the glyph model. Plain data on both sides; images are
 * [3, 32, 32] numbers in [-1, 1], red, green, blue.
 *
 * Random numbers are those of `engine.ts`: image i takes numbers of PRIOR_STREAM for its first state and numbers k D + j of
 * STEP_STREAM for step k, D = 3072. So an image's noise depends neither on eta nor on how many images there are, and arms
 * of a job are paired by noise.
 */
import type { StepCoefficients } from "../diffusion/program.ts";
import type { EngineChoice } from "./engine.ts";

export const IMAGE_SIDE = 32;
/** Numbers of one image. */
export const IMAGE_SIZE = 3 * IMAGE_SIDE * IMAGE_SIDE;

/** A reward by its name in the specification; `colour` only for the reward of that kind, as red, green, blue in [0, 1]. */
export interface ImageRewardRequest {
  readonly kind: string;
  readonly colour?: readonly [number, number, number];
}

export interface ImageArm {
  readonly coefficients: readonly StepCoefficients[];
  /** Steps whose states are wanted, ascending, from 0 (noise) to N (image); empty for the images alone. */
  readonly frames: readonly number[];
}

export interface ImageJob {
  readonly weights: "student" | "teacher";
  /** Token numbers of the six slots: one prompt for all images, or one each [count, 6]. */
  readonly prompt: readonly number[];
  /** What rewards and judges hold the images to where `prompt` says more than was asked for; as many numbers. */
  readonly asked?: readonly number[];
  /** What guidance leads away from; null for none, which halves the work. */
  readonly negative: readonly number[] | null;
  /** Classifier-free guidance: x0Hat = x0Hat(negative) + guidance (x0Hat(prompt) - x0Hat(negative)). */
  readonly guidance: number;
  readonly seed: number;
  /** Images first .. first + count - 1. */
  readonly first: number;
  readonly count: number;
  readonly arms: readonly ImageArm[];
  readonly rewards: readonly ImageRewardRequest[];
  /** Let the evaluation classifiers, which are never a reward, look at the images too. */
  readonly evaluate?: boolean;
}

/** Numbers of a feature vector: leading principal components of what the first evaluation classifier sees. */
export const FIDELITY_FEATURES = 32;

/** What the evaluation classifiers see in images [count]. */
export interface ImageEvaluation {
  /** [count, 32] */
  readonly features: Float32Array;
  /** [count, 6] per slot: 1 read as asked, 0 read otherwise, NOT_ASKED where the prompt says nothing. */
  readonly readings: Uint8Array;
}

export const NOT_ASKED = 255;

/** Features of real glyphs: the reference of Frechet distances, and families that no network was trained on. */
export interface RealFeatures {
  /** Training glyphs [n, 32]. */
  readonly train: Float32Array;
  /** Glyphs of held-out families [m, 32], their full prompts as token numbers and how they are read [m, 6]. */
  readonly heldOut: Float32Array;
  readonly prompts: Int32Array;
  readonly readings: Uint8Array;
}

export interface ImageArmResult {
  /** [count, 3, 32, 32]; values may lie outside [-1, 1], as the sampler left them. */
  readonly images: Float32Array;
  /** [frames, count, 3, 32, 32] */
  readonly states: Float32Array;
  /** x0Hat that was used at each frame but the last, [frames - 1, count, 3, 32, 32]. */
  readonly predictions: Float32Array;
  /** In the order of the job's rewards, [count] each; null where the reward cannot be computed here. */
  readonly rewards: readonly (Float64Array | null)[];
  /** Only where the job asks for it. */
  readonly evaluation?: ImageEvaluation;
}

/** Copies rows [frames, row] of a part into a whole of rows `wholeRow` numbers long, each from number `at` on. */
export function placeFrames(
  part: Float32Array,
  row: number,
  whole: Float32Array,
  wholeRow: number,
  at: number,
): void {
  for (let frame = 0; frame * row < part.length; frame++)
    whole.set(part.subarray(frame * row, (frame + 1) * row), frame * wholeRow + at);
}

export interface ImageRunControl {
  readonly signal?: AbortSignal;
  /** Done share of the job, 0..1. */
  readonly onProgress?: (done: number) => void;
}

export interface ImageLoadControl {
  readonly signal?: AbortSignal;
  /** Bytes so far and in all; `cached` if they come from this device. */
  readonly onBytes?: (bytes: number, total: number, cached: boolean) => void;
}

export interface ImageEngineInfo {
  /** "WebAssembly, 1 thread", "SwiftShader (software)". */
  readonly adapter: string;
  readonly kind: "wasm" | "webgpu";
  /** Why this one. */
  readonly reason: string;
}

/** Where the network shall run. */
export type ImageEngineChoice = EngineChoice;

export interface ImageEngine {
  readonly info: ImageEngineInfo;
  /** Makes a network ready; resolves at once if it is. Rejects with an error that names the file and what is wrong. */
  load(weights: ImageJob["weights"], control?: ImageLoadControl): Promise<{ readonly bytes: number }>;
  /** Runs all arms on the same noise. Rejects with AbortError when cancelled. */
  run(job: ImageJob, control?: ImageRunControl): Promise<readonly ImageArmResult[]>;
  /** Real glyphs as the evaluation classifiers see them. Rejects with an error that names the file and what is wrong. */
  realFeatures(control?: ImageLoadControl): Promise<RealFeatures>;
  /** Why a reward cannot be computed here, or null. */
  refusal(kind: string): string | null;
  dispose(): void;
}
