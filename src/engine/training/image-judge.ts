/** Rewards of images for alignment: trained ones by what may be trained on, held-out ones by judges of their own. */
import type { Judge } from "../../alignment/judge.ts";
import { promptFromTokens, type PromptTokens } from "../../prompt/slots.ts";
import type { ImageClassifier } from "../../rewards/image/classifier.ts";
import { memberSlopes } from "../../rewards/image/classifier-slopes.ts";
import { imageRewardGradients } from "../../rewards/image/evaluate.ts";
import type { ImageRewardRequest } from "../image-engine.ts";
import { imageRewardValues, rewardProgram, type RewardTools } from "../images/reward-values.ts";
import type { GlyphProblem } from "../training-engine.ts";

interface WeightedRequest {
  readonly program: ImageRewardRequest;
  readonly weight: number;
}

/** A judge of images [P, 3072] with prompts [P]. Throws RangeError for a reward that cannot be told here. */
export function imageJudge(
  rewards: readonly WeightedRequest[],
  prompts: GlyphProblem["prompts"],
  tools: RewardTools,
): Judge {
  for (const { program } of rewards) requireTellable(program, tools);
  const asked = prompts.map((tokens) => promptFromTokens(tokens));
  const requests = rewards.map(({ program }) => program);
  return {
    rewards: rewards.map(({ program, weight }) => ({ name: program.kind, weight })),
    values: async (x, prompt) => {
      const images = Float32Array.from(x);
      const rows = await imageRewardValues(requests, images, askedBy(asked, prompt), tools);
      return rows.map((row, r) => row ?? untellable(requests[r]?.kind ?? ""));
    },
    gradient: async (x, prompt) => {
      const sum = new Float64Array(x.length);
      for (const { program, weight } of rewards) {
        const slopes = await gradientOf(program, x, askedBy(asked, prompt), tools);
        slopes.forEach((value, j) => (sum[j] = (sum[j] as number) + weight * value));
      }
      return sum;
    },
  };
}

function askedBy(asked: readonly PromptTokens[], prompt: Int32Array | null): PromptTokens[] {
  return Array.from(prompt ?? [], (number) => {
    const found = asked[number];
    if (!found)
      throw new RangeError(`image judge: prompt must be one of 0..${asked.length - 1}, got ${number}`);
    return found;
  });
}

/** Slope of one reward along the images [P, 3072]. */
async function gradientOf(
  request: ImageRewardRequest,
  x: Float64Array,
  asked: readonly PromptTokens[],
  { classifiers }: RewardTools,
): Promise<Float64Array> {
  const { kind } = request;
  if (kind === "alignment" || kind === "legibility") return judgedGradient(kind, x, asked, classifiers);
  const program = rewardProgram(request);
  return (program && imageRewardGradients(program, x)) ?? withoutSlope(kind);
}

/** Through every member of the ensemble. */
async function judgedGradient(
  kind: "alignment" | "legibility",
  x: Float64Array,
  asked: readonly PromptTokens[],
  classifiers: readonly ImageClassifier[],
): Promise<Float64Array> {
  const images = Float32Array.from(x);
  const members = await Promise.all(classifiers.map((judge) => judge.logProbabilities(images)));
  const slopes = memberSlopes(kind, members, asked, 1);
  const sum = new Float64Array(x.length);
  for (const [m, judge] of classifiers.entries()) {
    const own = slopes[m];
    if (!judge.pull || !own) return withoutSlope(kind);
    const pulled = await judge.pull(images, own);
    pulled.forEach((value, j) => (sum[j] = (sum[j] as number) + value));
  }
  return sum;
}

function withoutSlope(kind: string): never {
  throw new RangeError(
    `rewards: must have a gradient for direct, got ${kind}, which has none here; choose a reward of the pixels, or another algorithm`,
  );
}

function requireTellable(program: ImageRewardRequest, { classifiers, preference }: RewardTools): void {
  const tellable =
    rewardProgram(program) !== null ||
    (program.kind === "aesthetic" ? preference !== null : classifiers.length > 0);
  if (!tellable) untellable(program.kind);
}

function untellable(kind: string): never {
  throw new RangeError(
    `rewards: must be rewards that can be told here, got ${kind}, whose model is missing; choose another, or install the page anew`,
  );
}
