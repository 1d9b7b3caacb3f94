/** The image engine of this thread: networks from files, gDDIM over their predictions, rewards of the images. */
import { joinFloats } from "./join.ts";
import type { SampleControl, SampleResult, SampleRun } from "../../network/sampler.ts";
import { promptFromTokens, type PromptTokens } from "../../prompt/slots.ts";
import { aestheticScores, preferenceProblem } from "../../rewards/image/aesthetic.ts";
import {
  alignment,
  ensembleLogProbs,
  type ImageClassifier,
  legibility,
} from "../../rewards/image/classifier.ts";
import { imageRewards } from "../../rewards/image/evaluate.ts";
import { parsePreference, type PreferenceModel } from "../../rewards/image/preference.ts";
import type { ImageRewardProgram } from "../../rewards/image/reward.ts";
import {
  IMAGE_SIZE,
  type ImageArm,
  type ImageArmResult,
  type ImageEngine,
  type ImageEngineInfo,
  type ImageJob,
  type ImageLoadControl,
  type ImageRewardRequest,
  type ImageRunControl,
} from "../image-engine.ts";

/** A network with the sampler that runs it: on the host step by step, or on a device without reading back. */
export interface OpenedNetwork {
  readonly sample: (run: SampleRun, control: SampleControl) => Promise<SampleResult>;
  readonly bytes: number;
  readonly dispose?: () => void;
}

/** Where networks come from and on what they run. */
export interface ImageParts {
  readonly info: ImageEngineInfo;
  /** A network from its file of `bytes` bytes. Rejects with an error that names the file and the tensor at fault. */
  readonly open: (weights: ImageJob["weights"], control: ImageLoadControl) => Promise<OpenedNetwork>;
  /** The ensemble of classifiers behind alignment and legibility. */
  readonly openJudges: (control: ImageLoadControl) => Promise<readonly ImageClassifier[]>;
  /** The model behind the aesthetic reward, or why there is none. */
  readonly preference: PreferenceModel | string;
}

/** Standard deviation of the first state: that of the flow at its first time, as near to 1 as makes no difference. */
const PRIOR_STD = 1;

/** An engine over these parts; its work runs in the thread that calls it. */
export function createLocalImageEngine({ info, open, openJudges, preference }: ImageParts): ImageEngine {
  const loaded = new Map<ImageJob["weights"], OpenedNetwork>();
  let judges: readonly ImageClassifier[] = [];
  const scorer = typeof preference === "string" ? null : preference;
  return {
    info,
    refusal: (kind) => rewardRefusal(kind, preference),
    load: async (weights, control = {}) => {
      const known = loaded.get(weights);
      if (known) return { bytes: known.bytes };
      const opened = await open(weights, control);
      if (judges.length === 0) judges = await openJudges(control.signal ? { signal: control.signal } : {});
      loaded.set(weights, opened);
      return { bytes: opened.bytes };
    },
    run: async (job, control = {}) => {
      const entry = loaded.get(job.weights);
      if (!entry)
        throw new Error(`image engine: the ${job.weights} must be loaded first; wait for its weights`);
      const total = job.arms.reduce((sum, { coefficients }) => sum + coefficients.length, 0);
      let before = 0;
      const results: ImageArmResult[] = [];
      for (const arm of job.arms) {
        const start = before;
        results.push(
          await runArm(entry.sample, { classifiers: judges, preference: scorer }, job, arm, {
            ...control,
            onProgress: (steps) => control.onProgress?.((start + steps) / total),
          }),
        );
        before += arm.coefficients.length;
      }
      return results;
    },
    dispose: () => {
      for (const { dispose } of loaded.values()) dispose?.();
      loaded.clear();
    },
  };
}

/** What rewards need beside the images. */
interface Judges {
  readonly classifiers: readonly ImageClassifier[];
  readonly preference: PreferenceModel | null;
}

/** One sampler; `onProgress` counts steps. */
async function runArm(
  sample: OpenedNetwork["sample"],
  judges: Judges,
  job: ImageJob,
  { coefficients, frames }: ImageArm,
  { signal, onProgress }: ImageRunControl,
): Promise<ImageArmResult> {
  const { first, count, seed, guidance, negative } = job;
  const run = await sample(
    {
      dim: IMAGE_SIZE,
      first,
      count,
      seed,
      priorStd: PRIOR_STD,
      coefficients,
      prompts: repeated(job.prompt, count),
      guidance: negative === null ? null : { negative: repeated(negative, count), scale: guidance },
      frames,
    },
    { ...(signal ? { signal } : {}), onStep: (done) => onProgress?.(done) },
  );
  return {
    images: run.images,
    states: joinFloats(run.states),
    predictions: joinFloats(run.predictions.filter((part) => part !== null)),
    rewards: await rewardValues(job, run.images, judges),
  };
}

function repeated(prompt: readonly number[], count: number): Int32Array {
  return Int32Array.from({ length: prompt.length * count }, (_, i) => prompt[i % prompt.length] ?? 0);
}

/** Values of all rewards of a job; the classifiers look once. */
async function rewardValues(
  { prompt, rewards }: ImageJob,
  images: Float32Array,
  { classifiers, preference }: Judges,
): Promise<(Float64Array | null)[]> {
  const judged = rewards.some(({ kind }) => JUDGED.has(kind)) && classifiers.length > 0;
  const logProbs = judged
    ? ensembleLogProbs(await Promise.all(classifiers.map((judge) => judge.logProbabilities(images))))
    : null;
  const asked = new Array<PromptTokens>(images.length / IMAGE_SIZE).fill(promptFromTokens(prompt));
  return rewards.map((request) => {
    const program = rewardProgram(request);
    if (program !== null) return imageRewards(program, images);
    if (request.kind === "aesthetic") return preference && aestheticScores(preference, images);
    if (logProbs === null) return null;
    if (request.kind === "alignment") return alignment(logProbs, asked).mean;
    return request.kind === "legibility" ? legibility(logProbs, asked) : null;
  });
}

/** Rewards that classifiers give. */
const JUDGED = new Set(["alignment", "legibility"]);

/** What is missing for a reward, or null. */
function rewardRefusal(kind: string, preference: PreferenceModel | string): string | null {
  if (kind === "aesthetic") return typeof preference === "string" ? preference : null;
  if (JUDGED.has(kind) || rewardProgram({ kind, colour: [0, 0, 0] }) !== null) return null;
  return `reward.kind: must be a reward of images, got ${kind}`;
}

/** The preference model in a file's text, or what is wrong with it. */
export function openPreference(text: string): PreferenceModel | string {
  const reading = parsePreference(text);
  if (!reading.ok) return reading.problems.join("; ");
  return preferenceProblem(reading.model) ?? reading.model;
}

function rewardProgram({ kind, colour }: ImageRewardRequest): ImageRewardProgram | null {
  switch (kind) {
    case "compressibility":
    case "incompressibility":
    case "boldness":
    case "stroke":
    case "symmetry":
    case "colourfulness":
    case "contrast":
    case "smoothness":
      return { kind };
    case "colour":
      return { kind, colour: colour ?? [0, 0, 0] };
    default:
      return null;
  }
}
