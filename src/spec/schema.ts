/**
 * The shape of a specification: field names, ranges and defaults per kind. `zod/mini` without generated code, so that a
 * strict Content-Security-Policy holds. What several fields must satisfy together is in `consistency.ts`.
 *
 * Fields whose default depends on the dimension of the model are optional here and filled in by `defaults.ts`.
 */
import * as z from "zod/mini";
import { KIND_DEFAULTS as K } from "./kind-defaults.ts";
import { LIMITS, type Range } from "./limits.ts";
import { integer, list, number, oneOf, text } from "./schema-parts.ts";

const coordinate = number(LIMITS.coordinate);
const vector = list(coordinate, LIMITS.dim, "numbers");
const square = (entry: Range) =>
  list(list(number(entry), LIMITS.dim, "numbers"), LIMITS.dim, "rows, one for each dimension");
const matrix = square(LIMITS.covariance);

const covariance = z.union([
  matrix,
  z.discriminatedUnion(
    "kind",
    [
      z.strictObject({ kind: z.literal("isotropic"), variance: number(LIMITS.variance) }),
      z.strictObject({
        kind: z.literal("diagonal"),
        variances: list(number(LIMITS.variance), LIMITS.dim, "variances"),
      }),
      z.strictObject({
        kind: z.literal("exponential"),
        variance: number(LIMITS.variance),
        correlation: number({ min: -0.999999, max: 0.999999 }),
      }),
    ],
    oneOf(["isotropic", "diagonal", "exponential"]),
  ),
]);

const component = z.strictObject(
  { weight: number(LIMITS.weight), mean: list(coordinate, { min: 1, max: 2 }, "numbers"), cov: matrix },
  'must be a component { "weight", "mean", "cov" }',
);
const components = list(component, LIMITS.components, "components");

export const SHAPES = ["moons", "spirals", "rings", "checkerboard"] as const;

const model = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({
      kind: z.literal("gaussian"),
      mean: z._default(vector, [...K.gaussian.mean]),
      cov: z.exactOptional(covariance),
    }),
    z.strictObject({ kind: z.literal("mixture"), components: z.exactOptional(components) }),
    z.strictObject({
      kind: z.literal("shape"),
      shape: z._default(z.enum(SHAPES, `must be one of ${SHAPES.join(", ")}`), K.shape.shape),
      noise: z._default(number(LIMITS.shapeNoise), K.shape.noise),
    }),
    z.strictObject({
      kind: z.literal("points"),
      name: z.exactOptional(
        text("must be a short text").check(
          z.maxLength(LIMITS.nameLength.max, `must have at most ${LIMITS.nameLength.max} characters`),
        ),
      ),
      points: z.exactOptional(
        list(list(coordinate, { min: 1, max: 2 }, "coordinates"), LIMITS.points, "points"),
      ),
      components: z.exactOptional(components),
      count: z.exactOptional(integer({ min: 1, max: LIMITS.particles.max })),
      maxComponents: z.exactOptional(integer(LIMITS.components)),
    }),
  ],
  oneOf(["gaussian", "mixture", "shape", "points"]),
);

const beta = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({
      kind: z.literal("linear"),
      min: z._default(number(LIMITS.beta), K.linear.min),
      max: z._default(number(LIMITS.beta), K.linear.max),
    }),
    z.strictObject({
      kind: z.literal("constant"),
      value: z._default(number({ min: 1e-3, max: LIMITS.beta.max }), K.constant.value),
    }),
    z.strictObject({
      kind: z.literal("cosine"),
      offset: z._default(number(LIMITS.cosineOffset), K.cosine.offset),
    }),
  ],
  oneOf(["linear", "constant", "cosine"]),
);

const T = number(LIMITS.T);
const process = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({ kind: z.literal("ve"), T: z._default(T, K.ve.T) }),
    z.strictObject({ kind: z.literal("vp"), beta: z._default(beta, K.vp.beta), T: z._default(T, K.vp.T) }),
    z.strictObject({
      kind: z.literal("sub-vp"),
      beta: z._default(beta, K["sub-vp"].beta),
      T: z._default(T, K["sub-vp"].T),
    }),
    z.strictObject({ kind: z.literal("flow"), T: z._default(T, K.flow.T) }),
    z.strictObject({
      kind: z.literal("contractive-ou"),
      theta: z._default(number(LIMITS.theta), K["contractive-ou"].theta),
      noise: z._default(number(LIMITS.noise), K["contractive-ou"].noise),
      T: z._default(T, K["contractive-ou"].T),
    }),
    z.strictObject({
      kind: z.literal("contractive-sub-vp"),
      beta: z._default(beta, K["contractive-sub-vp"].beta),
      T: z._default(T, K["contractive-sub-vp"].T),
    }),
  ],
  oneOf(["ve", "vp", "sub-vp", "flow", "contractive-ou", "contractive-sub-vp"]),
);

export const grid = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({ kind: z.literal("uniform") }),
    z.strictObject({ kind: z.literal("power"), power: z._default(number(LIMITS.power), K.power.power) }),
    z.strictObject({
      kind: z.literal("edm"),
      rho: z._default(number(LIMITS.rho), K.edm.rho),
      min: z._default(number(LIMITS.timeFloor), K.edm.min),
    }),
    z.strictObject({
      kind: z.literal("log-snr"),
      min: z._default(number(LIMITS.timeFloor), K["log-snr"].min),
    }),
  ],
  oneOf(["uniform", "power", "edm", "log-snr"]),
);

export const schedule = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({ kind: z.literal("constant") }),
    z.strictObject({
      kind: z.literal("window"),
      start: z._default(integer({ min: 0, max: LIMITS.steps.max - 1 }), K.window.start),
      size: z._default(integer(LIMITS.steps), K.window.size),
    }),
    z.strictObject({
      kind: z.literal("weights"),
      weights: z._default(list(number(LIMITS.scheduleWeight), LIMITS.scheduleLength, "weights"), [
        ...K.weights.weights,
      ]),
    }),
  ],
  oneOf(["constant", "window", "weights"]),
);

export const SAMPLERS = ["gddim", "ddim", "euler-maruyama", "heun"] as const;

const sampler = z.strictObject(
  {
    kind: z._default(z.enum(SAMPLERS, `must be one of ${SAMPLERS.join(", ")}`), K.sampler.kind),
    eta: z._default(number(LIMITS.eta), K.sampler.eta),
    steps: z._default(integer(LIMITS.steps), K.sampler.steps),
    grid: z._default(grid, K.sampler.grid),
    schedule: z._default(schedule, K.sampler.schedule),
  },
  "must be an object",
);

const reward = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({
      kind: z.literal("quadratic"),
      center: z.exactOptional(vector),
      matrix: z.exactOptional(square(LIMITS.rewardCoefficient)),
    }),
    z.strictObject({
      kind: z.literal("linear"),
      weights: z.exactOptional(list(number(LIMITS.rewardCoefficient), LIMITS.dim, "numbers")),
      offset: z._default(number(LIMITS.rewardCoefficient), K.linearReward.offset),
    }),
    z.strictObject({
      kind: z.literal("bumps"),
      bumps: z.exactOptional(
        list(
          z.strictObject(
            {
              center: vector,
              width: number(LIMITS.width),
              height: number(LIMITS.rewardCoefficient),
            },
            'must be a bump { "center", "width", "height" }',
          ),
          LIMITS.bumps,
          "bumps",
        ),
      ),
    }),
    z.strictObject({
      kind: z.literal("ring"),
      center: z.exactOptional(vector),
      radius: z._default(number(LIMITS.radius), K.ring.radius),
      width: z._default(number(LIMITS.width), K.ring.width),
    }),
    z.strictObject({
      kind: z.literal("formula"),
      text: z.exactOptional(
        text("must be a formula in x (and y), as text").check(
          z.minLength(1, "must not be empty"),
          z.maxLength(
            LIMITS.formulaLength.max,
            `must be a formula of at most ${LIMITS.formulaLength.max} characters`,
          ),
        ),
      ),
    }),
  ],
  oneOf(["quadratic", "linear", "bumps", "ring", "formula"]),
);

const klWeight = number(LIMITS.klWeight);
const target = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({ kind: z.literal("reference") }),
    z.strictObject({ kind: z.literal("tilted"), klWeight: z._default(klWeight, K.tilted.klWeight) }),
    z.strictObject({
      kind: z.literal("controlled"),
      klWeight: z._default(klWeight, K.controlled.klWeight),
      etaTrain: z._default(number(LIMITS.eta), K.controlled.etaTrain),
    }),
  ],
  oneOf(["reference", "tilted", "controlled"]),
);

const eta = number(LIMITS.eta);
const evaluation = z.strictObject(
  {
    etas: z._default(list(eta, LIMITS.sweep, "etas"), [...K.evaluation.etas]),
    steps: z._default(list(integer(LIMITS.steps), LIMITS.sweep, "step counts"), [...K.evaluation.steps]),
    particles: z._default(integer(LIMITS.particles), K.evaluation.particles),
    seed: z._default(integer(LIMITS.seed), K.evaluation.seed),
    horizons: z.exactOptional(list(T, LIMITS.sweep, "end times")),
    klWeights: z._default(list(klWeight, LIMITS.sweep, "klWeights"), [...K.evaluation.klWeights]),
    etasTrain: z._default(list(eta, LIMITS.sweep, "training etas"), [...K.evaluation.etasTrain]),
  },
  "must be an object",
);

/** One schema per section, so that a fault in one hides none in another. */
export const SECTION_SCHEMAS = { model, process, sampler, reward, target, evaluation } as const;

export type SectionName = keyof typeof SECTION_SCHEMAS;
export const SECTION_NAMES = Object.keys(SECTION_SCHEMAS) as SectionName[];

/** A section that passed its schema; `defaults.ts` completes it. */
export type Parsed<S extends SectionName> = z.output<(typeof SECTION_SCHEMAS)[S]>;

/** The whole specification, for the published JSON Schema. */
export const specSchema = z.strictObject({
  version: z.literal(1),
  model: z.optional(model),
  process: z.optional(process),
  sampler: z.optional(sampler),
  reward: z.optional(reward),
  target: z.optional(target),
  evaluation: z.optional(evaluation),
});
