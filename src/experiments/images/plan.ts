/** From an image experiment to jobs: coefficients of each sampler, the frames to show, the prompt as token numbers. */
import { samplerCoefficients } from "../../diffusion/coefficients.ts";
import { etaSchedule } from "../../diffusion/eta-schedule.ts";
import { createGrid } from "../../diffusion/grid.ts";
import { createProcess } from "../../diffusion/processes/index.ts";
import type { StepCoefficients } from "../../diffusion/program.ts";
import type { ImageArm, ImageJob, ImageRewardRequest } from "../../engine/image-engine.ts";
import { philox4x32, uniformFromWord } from "../../math/philox.ts";
import { COMPLETION_NUMBERS, completedTokens } from "../../prompt/completion.ts";
import { formatPrompt } from "../../prompt/format.ts";
import { parsePrompt, parsePromptPair } from "../../prompt/parse.ts";
import { COLOURS, promptFromTokens, promptTokens, SLOT_NAMES } from "../../prompt/slots.ts";
import {
  COLOURS as COLOUR_NAMES,
  IMAGE_REWARDS,
  type ImageRewardSpec,
  type ImageSpec,
} from "../../spec/images/types.ts";
import { SpecError } from "../../spec/problems.ts";

/**
 * The rectified flow that the glyph model was trained on: x_t = (1 - t) x_0 + t eps. It starts a little below t = 1, where
 * the SDE's noise is infinite and any eta > 0 would forget the first state at once; so images stay paired as eta grows.
 */
const FLOW = createProcess({ kind: "flow", T: 0.99 });

/** More frames than these are thinned evenly. */
export const MOST_FRAMES = 17;

/** Steps of gDDIM at an eta and N; a window or drawn weights apply to them in order. Throws SpecError where a grid fails. */
export function imageCoefficients(spec: ImageSpec, eta: number, steps: number): StepCoefficients[] {
  const { grid, schedule } = spec.sampler;
  try {
    return samplerCoefficients(
      "gddim",
      FLOW,
      createGrid(grid, FLOW, steps),
      etaSchedule(schedule, eta, steps),
    );
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new SpecError([{ field: "sampler.grid", message: error.message }]);
  }
}

/** Frame numbers from 0 to N, all of them or MOST_FRAMES spread evenly. */
export function frameNumbers(steps: number): number[] {
  const count = Math.min(steps + 1, MOST_FRAMES);
  return Array.from({ length: count }, (_, i) => Math.round((i * steps) / (count - 1)));
}

/** Times t of frames. */
export function frameTimes(coefficients: readonly StepCoefficients[], frames: readonly number[]): number[] {
  return frames.map((k) => (k === 0 ? (coefficients[0]?.t ?? NaN) : (coefficients[k - 1]?.s ?? NaN)));
}

/** What all jobs of a specification have in common. Throws SpecError where a prompt is not understood. */
export function jobBase(spec: ImageSpec): Omit<ImageJob, "first" | "count" | "arms" | "rewards"> {
  const { weights, prompt, negative, guidance } = spec.model;
  const guided = weights === "teacher" && guidance !== 1;
  return {
    weights,
    prompt: tokensOf("prompt", prompt),
    negative: guided ? tokensOf("negative", negative) : null,
    guidance: guided ? guidance : 1,
    seed: spec.evaluation.seed,
  };
}

/** Counters (image, 0, 0, 0), far from the streams of samples (0, 1) and of prompt sets (40). */
const COMPLETION_STREAM = 41;

/**
 * The job with what its prompts leave open drawn for each image, where the specification says so. Image i's draw depends on the
 * seed and i alone: both samplers, all etas and step counts share it.
 */
export function completedJob({ model, evaluation }: ImageSpec, job: ImageJob): ImageJob {
  if (model.completion === "network") return job;
  const slots = SLOT_NAMES.length;
  const asked = Array.from({ length: slots * job.count }, (_, i) => job.prompt[i % job.prompt.length] ?? NaN);
  const prompt = Array.from({ length: job.count }, (_, i) =>
    completedTokens(
      asked.slice(slots * i, slots * (i + 1)),
      completionNumbers(evaluation.seed, job.first + i),
    ),
  ).flat();
  return { ...job, prompt, asked };
}

/** The prompts that the first `count` images are drawn from, as texts; null where the network completes them. Throws SpecError. */
export function drawnPrompts(spec: ImageSpec, count: number): readonly string[] | null {
  if (spec.model.completion === "network") return null;
  const slots = SLOT_NAMES.length;
  const { prompt } = completedJob(spec, { ...jobBase(spec), first: 0, count, arms: [], rewards: [] });
  return Array.from({ length: count }, (_, i) =>
    formatPrompt(promptFromTokens(prompt.slice(slots * i, slots * (i + 1)))),
  );
}

function completionNumbers(seed: number, image: number): number[] {
  const words = new Uint32Array(4);
  philox4x32(image, 0, 0, 0, seed, COMPLETION_STREAM, words);
  return Array.from(words.subarray(0, COMPLETION_NUMBERS), uniformFromWord);
}

/** What is wrong with a prompt, in one text, or null. For `parseImageSpec`. */
export function promptProblem(text: string): string | null {
  const { problems } = parsePrompt(text);
  return problems.length === 0 ? null : problems.map(({ message }) => message).join("\n");
}

/** What a negative prompt takes back of a prompt, in one text, or null. For `parseImageSpec`. */
export function pairProblem(prompt: string, negative: string): string | null {
  const { conflicts } = parsePromptPair(prompt, negative);
  return conflicts.length === 0 ? null : conflicts.map(({ message }) => message).join("\n");
}

function tokensOf(name: "prompt" | "negative", text: string): number[] {
  const message = promptProblem(text);
  if (message !== null) throw new SpecError([{ field: `model.${name}`, message }]);
  return [...promptTokens(parsePrompt(text).tokens)];
}

/** Both rows of the grid: eta = 0 and the specification's eta, with frames. */
export function gridArms(spec: ImageSpec): {
  readonly arms: readonly [ImageArm, ImageArm];
  readonly times: number[];
} {
  const { eta, steps } = spec.sampler;
  const frames = frameNumbers(steps);
  const [ode, sde] = [imageCoefficients(spec, 0, steps), imageCoefficients(spec, eta, steps)];
  return {
    arms: [
      { coefficients: ode, frames },
      { coefficients: sde, frames },
    ],
    times: frameTimes(ode, frames),
  };
}

/** Every reward there is, closeness to a colour once for each colour. */
export const ALL_REWARDS: readonly ImageRewardSpec[] = IMAGE_REWARDS.flatMap((kind): ImageRewardSpec[] =>
  kind === "colour" ? COLOUR_NAMES.map((colour) => ({ kind, colour })) : [{ kind }],
);

/** Place of a reward in a list of them, by kind and colour; -1 where it is not. */
export function placeOfReward(rewards: readonly ImageRewardSpec[], reward: ImageRewardSpec): number {
  const own = rewardText(reward);
  return rewards.findIndex((other) => rewardText(other) === own);
}

/** "contrast", "colour red". */
export function rewardText(reward: ImageRewardSpec): string {
  return reward.kind === "colour" ? `colour ${reward.colour}` : reward.kind;
}

/** A reward of the specification as an engine takes it. */
export function rewardRequest(reward: ImageRewardSpec): ImageRewardRequest {
  if (reward.kind !== "colour") return { kind: reward.kind };
  const [red = 0, green = 0, blue = 0] = COLOURS[reward.colour] ?? [];
  return { kind: "colour", colour: [red, green, blue] };
}
