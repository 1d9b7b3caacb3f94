/** The image engine of this thread: networks from files, gDDIM over their predictions, rewards of the images. */
import { createPace } from "../pace.ts";
import { joinFloats } from "./join.ts";
import type { SampleControl, SampleResult, SampleRun } from "../../network/sampler.ts";
import { promptFromTokens, type PromptTokens, SLOT_NAMES } from "../../prompt/slots.ts";
import { preferenceProblem } from "../../rewards/image/aesthetic.ts";
import type { ImageClassifier } from "../../rewards/image/classifier.ts";
import { parsePreference, type PreferenceModel } from "../../rewards/image/preference.ts";
import {
  IMAGE_SIZE,
  type ImageArm,
  type ImageArmResult,
  type ImageEngine,
  type ImageEngineInfo,
  type ImageJob,
  type ImageLoadControl,
  type ImageRunControl,
} from "../image-engine.ts";
import { evaluateImages, type EvaluationParts } from "./evaluation.ts";
import type { PixelRewards } from "./device-rewards.ts";
import { imageRewardValues, rewardRefusal, type RewardTools } from "./reward-values.ts";

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
  /** The ensemble of classifiers that judge and are never a reward, and real glyphs as it sees them. */
  readonly openEvaluation: (control: ImageLoadControl) => Promise<EvaluationParts>;
  /** The model behind the aesthetic reward, or why there is none. */
  readonly preference: PreferenceModel | string;
  /** Rewards of pixels on a device; without it they come from the CPU. */
  readonly pixelRewards?: PixelRewards;
}

/** Standard deviation of the first state: that of the flow at its first time, as near to 1 as makes no difference. */
const PRIOR_STD = 1;

/** An engine over these parts; its work runs in the thread that calls it. */
export function createLocalImageEngine(parts: ImageParts): ImageEngine {
  const { info, open, openJudges, openEvaluation, preference, pixelRewards } = parts;
  const loaded = new Map<ImageJob["weights"], OpenedNetwork>();
  let judges: readonly ImageClassifier[] = [];
  let evaluation: EvaluationParts | null = null;
  const evaluators = async (control: ImageLoadControl): Promise<EvaluationParts> =>
    (evaluation ??= await openEvaluation(control));
  const scorer = typeof preference === "string" ? null : preference;
  return {
    info,
    refusal: (kind) => rewardRefusal(kind, preference),
    load: async (weights, control = {}) => {
      const known = loaded.get(weights);
      if (known) return { bytes: known.bytes };
      const opened = await open(weights, control);
      if (judges.length === 0) judges = await openJudges(signalOf(control));
      loaded.set(weights, opened);
      return { bytes: opened.bytes };
    },
    run: async (job, control = {}) => {
      const entry = loaded.get(job.weights);
      if (!entry)
        throw new Error(`image engine: the ${job.weights} must be loaded first; wait for its weights`);
      const { evaluate = false, arms } = job;
      const evaluating = evaluate ? await evaluators(signalOf(control)) : null;
      const rest = createPace(control.signal);
      const total = arms.reduce((sum, { coefficients }) => sum + coefficients.length, 0);
      let before = 0;
      const results: ImageArmResult[] = [];
      for (const arm of arms) {
        const start = before;
        results.push(
          await runArm(
            entry.sample,
            { classifiers: judges, evaluating, preference: scorer, pixelRewards },
            job,
            arm,
            {
              ...control,
              rest,
              onProgress: (steps) => control.onProgress?.((start + steps) / total),
            },
          ),
        );
        before += arm.coefficients.length;
      }
      return results;
    },
    realFeatures: async (control = {}) => (await evaluators(signalOf(control))).real,
    dispose: () => {
      for (const { dispose } of loaded.values()) dispose?.();
      loaded.clear();
    },
  };
}

function signalOf({ signal }: { readonly signal?: AbortSignal }): ImageLoadControl {
  return signal ? { signal } : {};
}

/** What looks at the images. */
interface Judges extends RewardTools {
  /** Null where the job does not ask for it. */
  readonly evaluating: EvaluationParts | null;
}

/** One sampler; `onProgress` counts steps. */
async function runArm(
  sample: OpenedNetwork["sample"],
  judges: Judges,
  job: ImageJob,
  { coefficients, frames }: ImageArm,
  { signal, onProgress, rest }: ImageRunControl & Required<Pick<SampleControl, "rest">>,
): Promise<ImageArmResult> {
  const { first, count, seed, guidance, negative, asked = job.prompt } = job;
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
    { ...(signal ? { signal } : {}), rest, onStep: (done) => onProgress?.(done) },
  );
  return {
    images: run.images,
    states: joinFloats(run.states),
    predictions: joinFloats(run.predictions.filter((part) => part !== null)),
    rewards: await imageRewardValues(job.rewards, run.images, promptsOf(asked, count), judges),
    ...(judges.evaluating === null
      ? {}
      : { evaluation: await evaluateImages(judges.evaluating, run.images, repeated(asked, count)) }),
  };
}

/** Prompts [count, 6] from one for all or one each. */
function repeated(prompt: readonly number[], count: number): Int32Array {
  const slots = SLOT_NAMES.length;
  return Int32Array.from({ length: slots * count }, (_, i) => prompt[i % prompt.length] ?? 0);
}

function promptsOf(prompt: readonly number[], count: number): readonly PromptTokens[] {
  const slots = SLOT_NAMES.length;
  if (prompt.length === slots) return new Array<PromptTokens>(count).fill(promptFromTokens(prompt));
  return Array.from({ length: count }, (_, i) => promptFromTokens(prompt.slice(i * slots, (i + 1) * slots)));
}

/** The preference model in a file's text, or what is wrong with it. */
export function openPreference(text: string): PreferenceModel | string {
  const reading = parsePreference(text);
  if (!reading.ok) return reading.problems.join("; ");
  return preferenceProblem(reading.model) ?? reading.model;
}
