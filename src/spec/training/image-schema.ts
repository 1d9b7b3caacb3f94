/** The shape of a training of the glyph model: field names, ranges, defaults. */
import * as z from "zod/mini";
import { IMAGE_LIMITS } from "../images/limits.ts";
import { IMAGE_SECTIONS } from "../images/schema.ts";
import { LIMITS } from "../limits.ts";
import { integer, list, text, word } from "../schema-parts.ts";
import { IMAGE_ALGORITHM_DEFAULTS } from "./algorithm-defaults.ts";
import { IMAGE_TRAINING_DEFAULTS as D } from "./defaults.ts";
import { IMAGE_TRAINING_LIMITS as L } from "./limits.ts";
import { rewardSections, runSections } from "./run-schema.ts";

const prompt = text("must be text").check(
  z.maxLength(IMAGE_LIMITS.promptLength.max, `must have at most ${IMAGE_LIMITS.promptLength.max} characters`),
  // In links and in the box of the page each stands on a line of its own.
  z.regex(/^[^\n\r|]*$/, 'must be one line without "|" (which parts prompts in links)'),
);

const model = z.strictObject(
  {
    kind: z.literal("glyphs"),
    weights: z._default(word(["student", "teacher"]), D.model.weights),
    prompts: z._default(list(prompt, L.prompts, "prompts"), [...D.model.prompts]),
  },
  "must be an object",
);

const adapter = z.strictObject(
  {
    rank: z._default(integer(L.rank), D.adapter.rank),
    layers: z._default(word(["attention", "all"]), D.adapter.layers),
    seed: z._default(integer(LIMITS.seed), D.adapter.seed),
  },
  "must be an object",
);

const { rewards, heldOut } = rewardSections(IMAGE_SECTIONS.reward, L);

const { algorithm, training, evaluation } = runSections({
  ...D,
  algorithms: IMAGE_ALGORITHM_DEFAULTS,
  limits: L,
});

/** One schema per section, so that a fault in one hides none in another. */
export const IMAGE_TRAINING_SECTIONS = {
  model,
  adapter,
  rewards,
  heldOut,
  algorithm,
  training,
  evaluation,
} as const;

/** The whole specification, for the published JSON Schema. */
export const imageTrainingSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal("training"),
  model,
  adapter: z.optional(adapter),
  rewards: z.optional(rewards),
  heldOut: z.optional(heldOut),
  algorithm: z.optional(algorithm),
  training: z.optional(training),
  evaluation: z.optional(evaluation),
});
