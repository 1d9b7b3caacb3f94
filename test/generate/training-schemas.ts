/** The JSON Schemas of trainings, their results and the findings. */
import * as z from "zod/mini";
import { imageTrainingSchema } from "../../src/spec/training/image-schema.ts";
import { pointTrainingSchema } from "../../src/spec/training/schema.ts";
import { figure, findingFields } from "./finding-schema.ts";
import { chart, estimate } from "./json-schemas.ts";

type Json = { [key: string]: unknown };

const DRAFT = "https://json-schema.org/draft/2020-12/schema";

/** Parts that may be written as the bare word of their kind. */
const RUN_WORDS: readonly (readonly string[])[] = [
  ["heldOut"],
  ["algorithm"],
  ["training", "noise"],
  ["training", "grid"],
];
const POINT_WORDS = [["model"], ["process"], ...RUN_WORDS];

/** A kind of training as people may write it: all but `version`, `kind` and the glyph model may be left out. */
function asWritten(
  type: typeof pointTrainingSchema | typeof imageTrainingSchema,
  words: readonly (readonly string[])[],
): Json {
  const schema = z.toJSONSchema(type, { io: "input" }) as Json;
  const root = schema.properties as Json;
  root.$schema = { type: "string" };
  for (const path of words) {
    const holder = path.slice(0, -1).reduce((at, name) => (at[name] as Json).properties as Json, root);
    const name = path.at(-1) ?? "";
    holder[name] = { anyOf: [{ type: "string" }, holder[name]] };
  }
  allowRewardWords(root.rewards as Json);
  delete schema.$schema;
  return schema;
}

/** Schema of a training, of points or of the glyph model. */
export function trainingSpecJsonSchema(): Json {
  const points = asWritten(pointTrainingSchema, POINT_WORDS);
  const images = asWritten(imageTrainingSchema, RUN_WORDS);
  const { model } = images.properties as Json;
  (images.properties as Json).model = { anyOf: [{ const: "glyphs" }, model] };
  // Else the glyph model by name would be a law by name too.
  (points.properties as Json).model = {
    allOf: [{ not: { const: "glyphs" } }, (points.properties as Json).model],
  };
  return {
    $schema: DRAFT,
    title: "Etalon training",
    description:
      "One alignment (RLHF) of a learned model: of points in one or two dimensions (law, process, network) or of the glyph model of images (prompts, adapter), with rewards, algorithm, training and evaluation. What several fields must satisfy together is checked by the lab.",
    oneOf: [points, images],
  };
}

/** A reward may be a word, alone or in its place. */
function allowRewardWords(rewards: Json): void {
  const item = rewards.items as Json;
  const properties = item.properties as Json;
  properties.reward = { anyOf: [{ type: "string" }, properties.reward] };
  rewards.items = { anyOf: [{ type: "string" }, item] };
}

const orNull = <T extends z.ZodMiniType>(type: T) => z.nullable(type);

const arm = {
  reward: estimate,
  each: z.array(estimate),
  heldOut: orNull(estimate),
  kl: orNull(estimate),
  diversity: estimate,
};
const gap = z.strictObject({ gap: estimate, reference: estimate, excess: estimate });

const iteration = z.strictObject({
  iteration: z.int(),
  updates: z.int(),
  networkCalls: z.number(),
  seconds: z.number(),
  reward: figure,
  each: z.array(figure),
  loss: orNull(z.number()),
  gradientNorm: orNull(z.number()),
  clipFraction: orNull(z.number()),
  firstRatioError: orNull(z.number()),
  window: orNull(z.array(z.int())),
});

const measurement = z.strictObject({
  iteration: z.int(),
  updates: z.int(),
  networkCalls: z.number(),
  ode: z.strictObject(arm),
  sde: orNull(z.strictObject(arm)),
  odeFine: orNull(z.strictObject(arm)),
  sdeFine: orNull(z.strictObject(arm)),
  gap: orNull(gap),
  gapFine: orNull(gap),
  improvement: estimate,
});

const cell = z.strictObject({
  version: z.literal(1),
  key: z.string(),
  label: z.string(),
  spec: z.union([pointTrainingSchema, imageTrainingSchema]),
  history: z.strictObject({
    iterations: z.array(iteration),
    measurements: z.array(measurement),
    notes: z.array(z.string()),
  }),
  deployments: z.array(
    z.strictObject({
      eta: z.number(),
      steps: z.int(),
      ...arm,
      gap: estimate,
      reference: estimate,
      improvement: estimate,
    }),
  ),
  diverged: orNull(z.string()),
  seconds: z.number(),
});

const manifest = z.strictObject({
  specHash: z.string(),
  seed: z.int(),
  version: z.string(),
  engine: z.enum(["cpu", "wasm", "webgpu"]),
  adapter: z.string(),
  precision: z.enum(["f32", "f64"]),
  wallTimeMs: z.number(),
  date: z.string(),
  node: z.string(),
});

const result = z.strictObject({
  version: z.literal(1),
  kind: z.literal("training"),
  spec: z.union([pointTrainingSchema, imageTrainingSchema]),
  manifest,
  studies: z.array(z.string()),
  cells: z.array(cell),
  charts: z.array(chart),
  notes: z.array(z.string()),
});

/** Schema of a result file of trainings. */
export function trainingResultJsonSchema(): Json {
  return {
    $schema: DRAFT,
    title: "Etalon training result",
    description:
      "Finished trainings, each with its course and with what is measured of it under the samplers it is deployed with.",
    ...(z.toJSONSchema(result, { io: "output", reused: "ref" }) as Json),
  };
}

const findings = z.strictObject({
  version: z.literal(1),
  kind: z.literal("training-findings"),
  spec: pointTrainingSchema,
  rule: z.string(),
  manifest,
  findings: z.array(z.strictObject({ ...findingFields, cells: z.array(z.string()) })),
});

/** Schema of findings.json. */
export function trainingFindingsJsonSchema(): Json {
  return {
    $schema: DRAFT,
    title: "Etalon findings",
    description:
      "Published findings on training noise and deployment with this lab's figures over independent seeds, and whether they agree.",
    ...(z.toJSONSchema(findings, { io: "output", reused: "ref" }) as Json),
  };
}

const study = z.strictObject({
  version: z.literal(1),
  kind: z.literal("training-study"),
  command: z.string(),
  study: z.string(),
  spec: pointTrainingSchema,
  manifest,
  trainings: z.int(),
  charts: z.array(chart),
});

/** Schema of the files of public/studies. */
export function trainingStudyJsonSchema(): Json {
  return {
    $schema: DRAFT,
    title: "Etalon study of trainings",
    description: "The charts of one study, with the specification that its trainings vary.",
    ...(z.toJSONSchema(study, { io: "output", reused: "ref" }) as Json),
  };
}
