/** Rewards of images for alignment: trained ones by what may be trained on, held-out ones by judges of their own. */
import type { Judge } from "../../alignment/judge.ts";
import { promptFromTokens, type PromptTokens } from "../../prompt/slots.ts";
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
    gradient: (x) => Promise.resolve(pixelGradient(rewards, x)),
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

function pixelGradient(rewards: readonly WeightedRequest[], x: Float64Array): Float64Array {
  const sum = new Float64Array(x.length);
  for (const { program, weight } of rewards) {
    const slopes = gradientsOf(program, x);
    slopes.forEach((value, j) => (sum[j] = (sum[j] as number) + weight * value));
  }
  return sum;
}

function gradientsOf(request: ImageRewardRequest, x: Float64Array): Float64Array {
  const program = rewardProgram(request);
  const slopes = program && imageRewardGradients(program, x);
  if (slopes) return slopes;
  throw new RangeError(
    `rewards: must have a gradient for direct, got ${request.kind}, which has none here; choose a reward of the pixels, or another algorithm`,
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
