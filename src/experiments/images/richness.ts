/**
 * The study of prompts: does the gap between SDE and ODE shrink as prompts say more? Each prompt is drawn twice, from two
 * noises that every level and both samplers share; a prompt's mean over its two images is one independent number.
 */
import { type ImageEngine, IMAGE_SIZE } from "../../engine/image-engine.ts";
import { promptTokens } from "../../prompt/slots.ts";
import type { ImageRewardSpec, ImageSpec } from "../../spec/images/types.ts";
import type { SweepControl } from "./cells.ts";
import { distanceBetween } from "./grid.ts";
import { completedJob, imageCoefficients, jobBase, rewardRequest } from "./plan.ts";
import { promptLevels } from "./prompt-sets.ts";

/** Images of each prompt: the two between which diversity is measured. */
export const IMAGES_PER_PROMPT = 2;
/** Prompts computed together. */
const BATCH = 8;

/** One sampler's images of one level. Numbers of prompts that are not measured yet are NaN. */
export interface RichnessArm {
  /** In the order of the study's rewards: mean over a prompt's images, [prompts]. */
  readonly rewards: readonly Float64Array[];
  /** Root mean square difference of a prompt's two images, [prompts]; half the range of a channel. */
  readonly diversity: Float64Array;
}

export interface RichnessLevel {
  readonly attributes: number;
  readonly ode: RichnessArm;
  readonly sde: RichnessArm;
}

export interface Richness {
  readonly rewards: readonly ImageRewardSpec[];
  readonly levels: readonly RichnessLevel[];
}

export interface RichnessControl extends Pick<SweepControl, "signal" | "rewards" | "onProgress"> {
  /** Done share 0..1 and what is measured so far, whenever all levels have the same prompts. */
  readonly onBatch?: (done: number, richness: Richness) => void;
}

/** Prompts of each level for a specification. */
export function promptCount({ evaluation }: Pick<ImageSpec, "evaluation">): number {
  return Math.floor(evaluation.images / IMAGES_PER_PROMPT);
}

/**
 * Measures the specification's sampler and eta = 0 on prompts of every length. Rejects with AbortError when cancelled, with
 * SpecError for a prompt that cannot be cut.
 */
export async function measureRichness(
  engine: ImageEngine,
  spec: ImageSpec,
  { signal, rewards = [spec.reward], onProgress, onBatch }: RichnessControl = {},
): Promise<Richness> {
  const { eta, steps } = spec.sampler;
  const count = promptCount(spec);
  const base = jobBase(spec);
  const plans = promptLevels(spec, count);
  const arms = [0, eta].map((value) => ({
    coefficients: imageCoefficients(spec, value, steps),
    frames: [],
  }));
  const levels = plans.map(({ attributes }): RichnessLevel => ({
    attributes,
    ode: blankArm(rewards.length, count),
    sde: blankArm(rewards.length, count),
  }));
  for (let first = 0; first < count; first += BATCH) {
    const here = Math.min(BATCH, count - first);
    for (const [k, { prompts }] of plans.entries()) {
      const job = completedJob(spec, {
        ...base,
        prompt: prompts.slice(first, first + here).flatMap(twice),
        first: IMAGES_PER_PROMPT * first,
        count: IMAGES_PER_PROMPT * here,
        arms,
        rewards: rewards.map(rewardRequest),
      });
      const [ode, sde] = await engine.run(job, {
        ...(signal ? { signal } : {}),
        onProgress: (share) => onProgress?.((first + (here * (k + share)) / plans.length) / count),
      });
      const level = levels[k];
      if (!ode || !sde || !level) throw new Error("measureRichness: internal: two arms must come back");
      fill(level.ode, ode, first);
      fill(level.sde, sde, first);
    }
    onBatch?.((first + here) / count, { rewards, levels });
  }
  return { rewards, levels };
}

function twice(prompt: Parameters<typeof promptTokens>[0]): number[] {
  const tokens = [...promptTokens(prompt)];
  return [...tokens, ...tokens];
}

function blankArm(rewards: number, prompts: number): RichnessArm {
  const blank = () => new Float64Array(prompts).fill(NaN);
  return { rewards: Array.from({ length: rewards }, blank), diversity: blank() };
}

/** Writes the numbers of prompts `first` .. from their images, two neighbours each. */
function fill(
  arm: RichnessArm,
  result: { readonly images: Float32Array; readonly rewards: readonly (Float64Array | null)[] },
  first: number,
): void {
  const prompts = result.images.length / IMAGE_SIZE / IMAGES_PER_PROMPT;
  for (let i = 0; i < prompts; i++) {
    arm.diversity[first + i] = distanceBetween(result.images, 2 * i, 2 * i + 1);
    arm.rewards.forEach((values, r) => {
      const own = result.rewards[r];
      values[first + i] = own ? ((own[2 * i] ?? NaN) + (own[2 * i + 1] ?? NaN)) / 2 : NaN;
    });
  }
}
