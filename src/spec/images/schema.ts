/** The shape of an image experiment: field names, ranges, defaults. */
import * as z from "zod/mini";
import { LIMITS } from "../limits.ts";
import { integer, list, number, oneOf, text, word } from "../schema-parts.ts";
import { grid, schedule } from "../schema.ts";
import { IMAGE_DEFAULTS as D, IMAGE_LIMITS as L } from "./limits.ts";
import {
  COLOURS,
  COMPLETIONS,
  IMAGE_REWARDS,
  IMAGE_STUDIES,
  type ImageRewardKind,
  PROMPT_SETS,
} from "./types.ts";

const prompt = text("must be text").check(
  z.maxLength(L.promptLength.max, `must have at most ${L.promptLength.max} characters`),
);

const model = z.strictObject(
  {
    kind: z.literal("glyphs"),
    weights: z._default(z.enum(["student", "teacher"], "must be student or teacher"), D.model.weights),
    prompt: z._default(prompt, D.model.prompt),
    completion: z._default(word(COMPLETIONS), D.model.completion),
    negative: z._default(prompt, D.model.negative),
    guidance: z._default(number(L.guidance), D.model.guidance),
  },
  "must be an object",
);

const sampler = z.strictObject(
  {
    kind: z._default(z.literal("gddim", "must be gddim"), D.sampler.kind),
    eta: z._default(number(L.eta), D.sampler.eta),
    steps: z._default(integer(L.steps), D.sampler.steps),
    grid: z._default(grid, { kind: "uniform" }),
    schedule: z._default(schedule, { kind: "constant" }),
  },
  "must be an object",
);

type PlainKind = Exclude<ImageRewardKind, "colour">;
const plainKinds = IMAGE_REWARDS.filter((kind): kind is PlainKind => kind !== "colour");
const reward = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({ kind: z.enum(plainKinds) }),
    z.strictObject({
      kind: z.literal("colour"),
      colour: z._default(z.enum(COLOURS, `must be one of ${COLOURS.join(", ")}`), "blue"),
    }),
  ],
  oneOf(IMAGE_REWARDS),
);

const evaluation = z.strictObject(
  {
    tiles: z._default(integer(L.tiles), D.evaluation.tiles),
    images: z._default(integer(L.images), D.evaluation.images),
    etas: z._default(list(number(L.eta), L.sweep, "etas"), [...D.evaluation.etas]),
    steps: z._default(list(integer(L.steps), L.sweep, "step counts"), [...D.evaluation.steps]),
    seed: z._default(integer(LIMITS.seed), D.evaluation.seed),
    study: z._default(word(IMAGE_STUDIES), D.evaluation.study),
    promptSets: z._default(word(PROMPT_SETS), D.evaluation.promptSets),
  },
  "must be an object",
);

/** One schema per section. */
export const IMAGE_SECTIONS = { model, sampler, reward, evaluation } as const;

export type ImageSectionName = keyof typeof IMAGE_SECTIONS;

/** The whole specification, for the published JSON Schema. */
export const imageSpecSchema = z.strictObject({
  version: z.literal(1),
  model,
  sampler: z.optional(sampler),
  reward: z.optional(reward),
  evaluation: z.optional(evaluation),
});
