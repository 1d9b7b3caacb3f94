/** The shape of a training on points: field names, ranges, defaults. What fields must satisfy together is in `consistency.ts`. */
import * as z from "zod/mini";
import { LIMITS } from "../limits.ts";
import { integer, word } from "../schema-parts.ts";
import { SECTION_SCHEMAS } from "../schema.ts";
import { ALGORITHM_DEFAULTS } from "./algorithm-defaults.ts";
import { TRAINING_DEFAULTS as D } from "./defaults.ts";
import { TRAINING_LIMITS as L } from "./limits.ts";
import { rewardSections, runSections } from "./run-schema.ts";

const { model, process, reward } = SECTION_SCHEMAS;

const network = z.strictObject(
  {
    width: z._default(integer(L.width), D.network.width),
    depth: z._default(integer(L.depth), D.network.depth),
    prediction: z._default(word(["eps", "x0", "v"]), D.network.prediction),
    pretrainSteps: z._default(integer(L.pretrainSteps), D.network.pretrainSteps),
    seed: z._default(integer(LIMITS.seed), D.network.seed),
  },
  "must be an object",
);

const { rewards, heldOut } = rewardSections(reward, L);

const { algorithm, training, evaluation } = runSections({
  ...D,
  algorithms: ALGORITHM_DEFAULTS,
  limits: L,
});

/** One schema per section, so that a fault in one hides none in another. */
export const TRAINING_SECTIONS = {
  model,
  process,
  network,
  rewards,
  heldOut,
  algorithm,
  training,
  evaluation,
} as const;

/** The whole specification of training on points, for the published JSON Schema. */
export const pointTrainingSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal("training"),
  model: z.optional(model),
  process: z.optional(process),
  network: z.optional(network),
  rewards: z.optional(rewards),
  heldOut: z.optional(heldOut),
  algorithm: z.optional(algorithm),
  training: z.optional(training),
  evaluation: z.optional(evaluation),
});
