/** Random valid training specifications of the sizes the page makes. */
import fc from "fast-check";
import { LIMITS } from "../../src/spec/limits.ts";
import { ALGORITHM_KINDS } from "../../src/spec/training/algorithm-defaults.ts";
import { TRAINING_LIMITS as L } from "../../src/spec/training/limits.ts";
import { parseTrainingSpec } from "../../src/spec/training/parse.ts";
import type { TrainingSpec } from "../../src/spec/training/types.ts";

type Json = Readonly<Record<string, unknown>>;
type Limits = { readonly min: number; readonly max: number };

/** Six significant digits, as the page's fields and handles give. */
const number = ({ min, max }: Limits) =>
  fc
    .double({ min, max, noNaN: true, noDefaultInfinity: true })
    .map((v) => Math.min(max, Math.max(min, Number(v.toPrecision(6)) + 0)));
const integer = (range: Limits) => fc.integer({ ...range });
const coordinate = number({ min: -9, max: 9 });
const vector = (dim: number) => fc.array(coordinate, { minLength: dim, maxLength: dim });
const seed = integer(LIMITS.seed);

const model = fc.oneof(
  fc.record({
    kind: fc.constant("shape"),
    shape: fc.constantFrom("moons", "spirals", "rings", "checkerboard"),
    noise: number({ min: 0, max: 1 }),
  }),
  fc.constantFrom(1, 2).chain((dim) =>
    fc.record({
      kind: fc.constant("gaussian"),
      mean: vector(dim),
      cov: fc.record({ kind: fc.constant("isotropic"), variance: number({ min: 0.01, max: 4 }) }),
    }),
  ),
  fc.constant({ kind: "mixture" }),
);

const reward = (dim: number) =>
  fc.oneof(
    fc.record({ kind: fc.constant("quadratic"), center: vector(dim) }),
    fc.record({ kind: fc.constant("linear"), weights: vector(dim), offset: coordinate }),
    fc.record({
      kind: fc.constant("bumps"),
      bumps: fc.array(
        fc.record({ center: vector(dim), width: number({ min: 0.01, max: 3 }), height: coordinate }),
        { minLength: 1, maxLength: 4 },
      ),
    }),
    fc.record({
      kind: fc.constant("ring"),
      center: vector(dim),
      radius: number({ min: 0, max: 3 }),
      width: number({ min: 0.01, max: 3 }),
    }),
    fc.record({
      kind: fc.constant("formula"),
      text: fc.string({ minLength: 1, maxLength: 40, unit: "grapheme" }),
    }),
  );

const process = fc.oneof(
  fc.record({ kind: fc.constant("flow"), T: number({ min: 0.5, max: 1 }) }),
  fc.record({ kind: fc.constant("vp"), beta: fc.record({ kind: fc.constant("cosine") }) }),
  fc.record({ kind: fc.constant("ve"), T: number({ min: 1, max: 20 }) }),
);

const clipped = {
  clip: number(L.clip),
  advantageClip: number(L.advantageClip),
  logProb: fc.constantFrom("sum", "mean"),
  std: fc.constantFrom("population", "sample"),
  minibatches: integer({ min: 1, max: 8 }),
  innerEpochs: integer(L.innerEpochs),
  timestepFraction: number(L.share),
};
const GROUPS = fc.constantFrom(1, 2, 4, 8);

const algorithm = fc.oneof(
  ...ALGORITHM_KINDS.map((kind) => fc.constant<Json>({ kind })),
  fc.record({ kind: fc.constant("ddpo-is"), ...clipped }),
  fc.record({ kind: fc.constantFrom("flow-grpo", "dance-grpo"), ...clipped, group: GROUPS }),
  fc.record({
    kind: fc.constant("mix-grpo"),
    ...clipped,
    group: GROUPS,
    window: fc.record({
      strategy: fc.constantFrom("progressive", "random", "decay", "exp-decay", "frozen"),
      size: integer({ min: 1, max: 4 }),
      start: integer({ min: 0, max: 5 }),
      interval: integer(L.windowInterval),
      stride: integer({ min: 1, max: 5 }),
      end: fc.constantFrom("wrap", "clip"),
    }),
    aggregate: fc.constantFrom("advantages", "rewards"),
    flashRatio: number(L.share),
    sharedNoise: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("sdpo"),
    temporalDecay: number(L.share),
    pairs: fc.boolean(),
    denseRewards: fc.boolean(),
    shuffleSteps: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("dpok"),
    kl: fc.constantFrom("eps-mse", "exact"),
    buffer: integer(L.buffer),
  }),
);

const training = fc.record(
  {
    noise: fc.record({ kind: fc.constant("gddim"), eta: number({ min: 0.01, max: 10 }) }),
    steps: integer({ min: 12, max: 200 }),
    grid: fc.record({ kind: fc.constant("power"), power: number(LIMITS.power) }),
    iterations: integer(L.iterations),
    batch: fc.integer({ min: 1, max: 64 }).map((n) => 24 * n),
    learningRate: number(L.learningRate),
    klWeight: number(L.klWeight),
    seed,
  },
  { requiredKeys: [] },
);

/** Laws that have a meaning on the flow alone. */
const flowNoise = fc.record({
  kind: fc.constantFrom("flow-grpo", "dance-grpo"),
  level: number({ min: 0.01, max: 10 }),
});

const evaluation = fc.record(
  {
    every: integer(L.every),
    particles: integer(L.particles),
    seed,
    etasTrain: fc.array(number({ min: 0.01, max: 10 }), { minLength: 1, maxLength: 16 }),
    etasDeploy: fc.array(number(L.noise), { minLength: 1, maxLength: 16 }),
    stepsDeploy: fc.array(integer(L.steps), { minLength: 1, maxLength: 16 }),
    seeds: integer(L.seeds),
  },
  { requiredKeys: [] },
);

/** JSON as a person may write it; always valid. */
export const trainingJson: fc.Arbitrary<Json> = model.chain((law) => {
  const dim = "mean" in law ? (law.mean as number[]).length : law.kind === "mixture" ? 1 : 2;
  const rewards = fc.array(fc.record({ reward: reward(dim), weight: number({ min: 0.01, max: 10 }) }), {
    minLength: 1,
    maxLength: L.rewards.max,
  });
  const parts = { process, rewards, heldOut: fc.option(reward(dim)), algorithm, training, evaluation };
  return fc.tuple(fc.record(parts, { requiredKeys: [] }), fc.option(flowNoise)).map(([rest, noise]): Json => {
    const onFlow = rest.process === undefined || rest.process.kind === "flow";
    const own = noise !== null && onFlow ? { training: { steps: 20, ...rest.training, noise } } : {};
    return { version: 1, kind: "training", model: law, ...rest, ...own };
  });
});

/** Complete specifications. */
export const trainingSpec: fc.Arbitrary<TrainingSpec> = trainingJson.map((json) => {
  const parsed = parseTrainingSpec(json);
  if (!parsed.ok) throw new Error(JSON.stringify([json, parsed.problems]));
  return parsed.spec;
});
