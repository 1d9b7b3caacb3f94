/** A training problem made ready: networks of its kind, and what judges their samples. */
import { type Judge, pointJudge } from "../../alignment/judge.ts";
import { initialParameters } from "../../alignment/network-shape.ts";
import type { NetworkFactory, NetworkShape, PolicyNetwork } from "../../alignment/policy-network.ts";
import { predictionRefusal } from "../../alignment/preconditioning.ts";
import type { Process } from "../../diffusion/process.ts";
import { createProcess } from "../../diffusion/processes/index.ts";
import type { RewardProgram } from "../../rewards/program.ts";
import type { ImageRewardRequest } from "../image-engine.ts";
import type { GlyphProblem, MeasuredReward, PointProblem, TrainingProblem } from "../training-engine.ts";
import { type GlyphModels, glyphPolicies, judgeAt } from "./glyphs.ts";
import { imageJudge } from "./image-judge.ts";
import type { Rest } from "../../alignment/rest.ts";

export interface OpenedProblem {
  readonly process: Process;
  /** A network with these parameters, flat; whoever makes it disposes of it. */
  readonly make: (parameters: Float64Array) => PolicyNetwork;
  /** Parameters before any training. */
  readonly start: () => Float64Array;
  readonly judge: Judge;
  /** Of one reward that is not trained on. */
  readonly heldOut: (reward: MeasuredReward) => Judge;
  /** Number of prompts; null for points. */
  readonly prompts: number | null;
}

export type OpenNetworks = (process: Process, rest: Rest) => NetworkFactory;

/** Throws RangeError where the network's prediction has no meaning on the process. */
export function openPoints(problem: PointProblem, networks: OpenNetworks, rest: Rest): OpenedProblem {
  const process = createProcess(problem.process);
  const { width, depth, prediction, seed } = problem.network;
  const shape: NetworkShape = { dim: problem.law.dim, width, depth, prediction };
  const refusal = predictionRefusal(prediction, process);
  if (refusal !== null) throw new RangeError(refusal);
  const make = networks(process, rest);
  return {
    process,
    make: (parameters) => make(shape, parameters),
    start: () => initialParameters(shape, seed),
    judge: pointJudge(problem.rewards, shape.dim),
    // A job's held-out reward is of the kind of its problem.
    heldOut: (program) => pointJudge([{ program: program as RewardProgram, weight: 1 }], shape.dim),
    prompts: null,
  };
}

/** Rejects where the model cannot be brought; throws RangeError for a reward that cannot be told here. */
export async function openGlyphs(
  problem: GlyphProblem,
  models: GlyphModels | undefined,
  rest: Rest,
  signal: AbortSignal | undefined,
): Promise<OpenedProblem> {
  if (!models)
    throw new RangeError("training engine: must have the glyph model for this, got an engine of points only");
  const model = await models.load(problem.weights, signal ? { signal } : {});
  const { prompts, rewards } = problem;
  return {
    process: createProcess(problem.process),
    ...glyphPolicies(model, problem, rest),
    judge: judgeAt(model.home, imageJudge(rewards, prompts, model.rewards)),
    heldOut: (program) =>
      judgeAt(
        model.home,
        imageJudge([{ program: program as ImageRewardRequest, weight: 1 }], prompts, model.heldOut),
      ),
    prompts: prompts.length,
  };
}

/** The problem if it is one of points. Throws RangeError, since the glyph model comes pretrained. */
export function requirePoints(problem: TrainingProblem, what: string): PointProblem {
  if (problem.kind !== "glyphs") return problem;
  throw new RangeError(
    `${what}: must be of a law of points, got the glyph model, which comes pretrained; load it`,
  );
}
