/** The shape of what every training has, points or images: algorithm, training and evaluation, with their ranges and defaults. */
import * as z from "zod/mini";
import { LIMITS, type Range } from "../limits.ts";
import { integer, list, number, oneOf, word } from "../schema-parts.ts";
import { grid } from "../schema.ts";
import { ALGORITHM_KINDS, type AlgorithmTable } from "./algorithm-defaults.ts";
import type { TRAINING_LIMITS } from "./limits.ts";
import type { SurrogateSpec, TrainingEvaluation, TrainingSection, WindowSpec } from "./types.ts";

/** What a kind of training starts from. */
export interface RunStandards {
  readonly algorithms: AlgorithmTable;
  readonly training: TrainingSection;
  readonly evaluation: TrainingEvaluation;
  readonly limits: Limits;
}

type Limits = Readonly<Record<keyof typeof TRAINING_LIMITS, Range>>;

const flag = z.boolean("must be true or false");

/** Schemas of the rewards, whatever one reward is. */
export function rewardSections<R extends z.ZodMiniType>(reward: R, limits: Limits) {
  const weighted = z.strictObject(
    { reward, weight: z._default(number(limits.rewardWeight), 1) },
    'must be { "reward", "weight" }',
  );
  return {
    rewards: list(weighted, limits.rewards, "rewards with weights"),
    heldOut: z.nullable(reward),
  };
}

/** Schemas of the three sections. */
export function runSections({ algorithms, training, evaluation, limits }: RunStandards) {
  return {
    algorithm: algorithmSchema(algorithms, limits),
    training: trainingSchema(training, limits),
    evaluation: evaluationSchema(evaluation, limits),
  };
}

const logProb = word(["sum", "mean"]);
const aggregate = word(["advantages", "rewards"]);
const std = word(["population", "sample"]);

function surrogateFields(d: SurrogateSpec, L: Limits) {
  return {
    clip: z._default(number(L.clip), d.clip),
    advantageClip: z._default(number(L.advantageClip), d.advantageClip),
    logProb: z._default(logProb, d.logProb),
    std: z._default(std, d.std),
    minibatches: z._default(integer(L.minibatches), d.minibatches),
    innerEpochs: z._default(integer(L.innerEpochs), d.innerEpochs),
    timestepFraction: z._default(number(L.share), d.timestepFraction),
  };
}

function windowSchema(W: WindowSpec, L: Limits) {
  return z.strictObject(
    {
      strategy: z._default(word(["progressive", "random", "decay", "exp-decay", "frozen"]), W.strategy),
      size: z._default(integer(L.steps), W.size),
      start: z._default(integer(L.windowStart), W.start),
      interval: z._default(integer(L.windowInterval), W.interval),
      stride: z._default(integer(L.windowStride), W.stride),
      end: z._default(word(["wrap", "clip"]), W.end),
    },
    "must be an object",
  );
}

function algorithmSchema(A: AlgorithmTable, L: Limits) {
  const share = number(L.share);
  const surrogate = (d: SurrogateSpec) => surrogateFields(d, L);
  const window = windowSchema(A["mix-grpo"].window, L);
  const group = (value: number) => z._default(integer(L.group), value);

  return z.discriminatedUnion(
    "kind",
    [
      z.strictObject({ kind: z.literal("ddpo-is"), ...surrogate(A["ddpo-is"]) }),
      z.strictObject({
        kind: z.literal("ddpo-sf"),
        advantageClip: z._default(number(L.advantageClip), A["ddpo-sf"].advantageClip),
        logProb: z._default(logProb, A["ddpo-sf"].logProb),
        std: z._default(std, A["ddpo-sf"].std),
        timestepFraction: z._default(share, A["ddpo-sf"].timestepFraction),
      }),
      z.strictObject({
        kind: z.literal("dpok"),
        clip: z._default(number(L.clip), A.dpok.clip),
        logProb: z._default(logProb, A.dpok.logProb),
        buffer: z._default(integer(L.buffer), A.dpok.buffer),
        policySteps: z._default(integer(L.innerSteps), A.dpok.policySteps),
        valueSteps: z._default(integer(L.innerSteps), A.dpok.valueSteps),
        kl: z._default(word(["eps-mse", "exact"]), A.dpok.kl),
      }),
      z.strictObject({
        kind: z.literal("flow-grpo"),
        ...surrogate(A["flow-grpo"]),
        group: group(A["flow-grpo"].group),
      }),
      z.strictObject({
        kind: z.literal("dance-grpo"),
        ...surrogate(A["dance-grpo"]),
        group: group(A["dance-grpo"].group),
      }),
      z.strictObject({
        kind: z.literal("mix-grpo"),
        ...surrogate(A["mix-grpo"]),
        group: group(A["mix-grpo"].group),
        window: z._default(window, { ...A["mix-grpo"].window }),
        aggregate: z._default(aggregate, A["mix-grpo"].aggregate),
        flashRatio: z._default(share, A["mix-grpo"].flashRatio),
        sharedNoise: z._default(flag, A["mix-grpo"].sharedNoise),
      }),
      z.strictObject({
        kind: z.literal("sdpo"),
        clip: z._default(number(L.clip), A.sdpo.clip),
        logProb: z._default(logProb, A.sdpo.logProb),
        advantageClip: z._default(number(L.advantageClip), A.sdpo.advantageClip),
        discount: z._default(number(L.discount), A.sdpo.discount),
        temporalDecay: z._default(share, A.sdpo.temporalDecay),
        minibatches: z._default(integer(L.minibatches), A.sdpo.minibatches),
        pairs: z._default(flag, A.sdpo.pairs),
        denseRewards: z._default(flag, A.sdpo.denseRewards),
        stepwiseAdvantages: z._default(flag, A.sdpo.stepwiseAdvantages),
        stepwiseUpdates: z._default(flag, A.sdpo.stepwiseUpdates),
        shuffleSteps: z._default(flag, A.sdpo.shuffleSteps),
      }),
      z.strictObject({
        kind: z.literal("rwr"),
        temperature: z._default(number(L.temperature), A.rwr.temperature),
        innerSteps: z._default(integer(L.innerSteps), A.rwr.innerSteps),
      }),
      z.strictObject({
        kind: z.literal("direct"),
        through: z._default(integer(L.steps), A.direct.through),
      }),
      z.strictObject({ kind: z.literal("best-of-n"), n: z._default(integer(L.bestOf), A["best-of-n"].n) }),
    ],
    oneOf(ALGORITHM_KINDS),
  );
}

const noiseSchema = (L: Limits) =>
  z.discriminatedUnion(
    "kind",
    [
      z.strictObject({ kind: z.literal("gddim"), eta: z._default(number(L.noise), 1) }),
      z.strictObject({ kind: z.literal("flow-grpo"), level: z._default(number(L.noise), 0.7) }),
      z.strictObject({ kind: z.literal("dance-grpo"), level: z._default(number(L.noise), 0.3) }),
    ],
    oneOf(["gddim", "flow-grpo", "dance-grpo"]),
  );

function trainingSchema(T: TrainingSection, L: Limits) {
  return z.strictObject(
    {
      noise: z.exactOptional(noiseSchema(L)),
      steps: z._default(integer(L.steps), T.steps),
      grid: z._default(grid, { kind: "uniform" }),
      iterations: z._default(integer(L.iterations), T.iterations),
      batch: z._default(integer(L.batch), T.batch),
      learningRate: z._default(number(L.learningRate), T.learningRate),
      weightDecay: z._default(number(L.weightDecay), T.weightDecay),
      gradientClip: z._default(number(L.gradientClip), T.gradientClip),
      klWeight: z.exactOptional(number(L.klWeight)),
      lastStep: z._default(word(["drop", "keep"]), T.lastStep),
      seed: z._default(integer(LIMITS.seed), T.seed),
    },
    "must be an object",
  );
}

function evaluationSchema(E: TrainingEvaluation, L: Limits) {
  return z.strictObject(
    {
      every: z._default(integer(L.every), E.every),
      particles: z._default(integer(L.particles), E.particles),
      seed: z._default(integer(LIMITS.seed), E.seed),
      etasTrain: z._default(list(number(L.noise), L.sweep, "training etas"), [...E.etasTrain]),
      etasDeploy: z._default(list(number(L.noise), L.sweep, "etas"), [...E.etasDeploy]),
      stepsDeploy: z._default(list(integer(L.steps), L.sweep, "step counts"), [...E.stepsDeploy]),
      seeds: z._default(integer(L.seeds), E.seeds),
    },
    "must be an object",
  );
}
