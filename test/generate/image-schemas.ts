/** The JSON Schemas of image experiments and their results. */
import * as z from "zod/mini";
import { imageSpecSchema } from "../../src/spec/images/schema.ts";
import { findingFields } from "./finding-schema.ts";
import { chart, estimate } from "./json-schemas.ts";

type Json = { [key: string]: unknown };

const DRAFT = "https://json-schema.org/draft/2020-12/schema";

/** Schema of an image experiment as people may write it: all but `version` and `model.kind` may be left out. */
export function imageSpecJsonSchema(): Json {
  const schema = z.toJSONSchema(imageSpecSchema, { io: "input" }) as Json;
  const properties = schema.properties as Json;
  properties.$schema = { type: "string" };
  for (const name of ["model", "reward"])
    properties[name] = { anyOf: [{ type: "string" }, properties[name]] };
  const sampler = (properties.sampler as Json).properties as Json;
  for (const name of ["grid", "schedule"]) sampler[name] = { anyOf: [{ type: "string" }, sampler[name]] };
  return {
    $schema: DRAFT,
    title: "Etalon image experiment",
    description:
      "A prompt, a sampler and a reward on the glyph model. Told from other experiments by model.kind, glyphs. Prompts must be of words that the lab knows.",
    ...schema,
  };
}

const orNull = <T extends z.ZodMiniType>(type: T) => z.nullable(type);

const read = z.strictObject({
  character: orNull(estimate),
  weight: orNull(estimate),
  slant: orNull(estimate),
  typeface: orNull(estimate),
  ink: orNull(estimate),
  background: orNull(estimate),
});

const result = z.strictObject({
  version: z.literal(1),
  spec: imageSpecSchema,
  manifest: z.strictObject({
    seed: z.int(),
    version: z.string(),
    engine: z.enum(["wasm", "webgpu"]),
    adapter: z.string(),
    weights: z.enum(["student", "teacher"]),
    wallTimeMs: z.number(),
    date: z.string(),
    node: z.string(),
  }),
  cells: z.array(
    z.strictObject({
      eta: z.number(),
      steps: z.int(),
      measured: orNull(z.strictObject({ expectedReward: estimate, gap: estimate })),
      nonFinite: z.int(),
    }),
  ),
  prompts: orNull(
    z.strictObject({
      levels: z.array(
        z.strictObject({
          attributes: z.int(),
          ode: estimate,
          sde: estimate,
          gap: estimate,
          size: estimate,
          diversityOde: estimate,
          diversitySde: estimate,
        }),
      ),
      finding: orNull(
        z.strictObject({ fall: estimate, verdict: z.enum(["agrees", "disagrees", "inconclusive"]) }),
      ),
    }),
  ),
  fidelity: orNull(
    z.strictObject({
      cells: z.array(
        z.strictObject({
          eta: z.number(),
          steps: z.int(),
          distance: orNull(estimate),
          gap: orNull(estimate),
          read,
        }),
      ),
      real: z.strictObject({ distance: orNull(estimate), read }),
    }),
  ),
  grid: z.strictObject({
    tiles: z.int(),
    prompts: orNull(z.array(z.string())),
    times: z.array(z.number()),
    gap: orNull(estimate),
    rows: z.array(
      z.strictObject({
        eta: z.number(),
        diversity: estimate,
        rewards: z.record(z.string(), orNull(z.array(z.number()))),
      }),
    ),
    missing: z.record(z.string(), z.string()),
  }),
  charts: z.array(chart),
});

/** Schema of a result file of an image experiment. */
export function imageResultJsonSchema(): Json {
  return {
    $schema: DRAFT,
    title: "Etalon image result",
    description:
      "Cells (eta, steps) with expected reward and gap, paired by noise, or gaps by the number of attributes in the prompt, or distances to real glyphs, and the grid of images with every reward of every image.",
    ...(z.toJSONSchema(result, { io: "output" }) as Json),
  };
}

const findings = z.strictObject({
  version: z.literal(1),
  kind: z.literal("image-findings"),
  spec: imageSpecSchema,
  seeds: z.array(z.int()),
  rule: z.string(),
  manifest: z.strictObject({
    specHash: z.string(),
    version: z.string(),
    engine: z.enum(["wasm", "webgpu"]),
    adapter: z.string(),
    weights: z.enum(["student", "teacher"]),
    sha256: z.string(),
    wallTimeMs: z.number(),
    date: z.string(),
    node: z.string(),
  }),
  findings: z.array(z.strictObject(findingFields)),
});

/** Schema of prompts.json. */
export function imageFindingsJsonSchema(): Json {
  return {
    $schema: DRAFT,
    title: "Etalon findings on images",
    description:
      "Published findings on prompts with the glyph model's figures over independent seeds, and whether they agree.",
    ...(z.toJSONSchema(findings, { io: "output", reused: "ref" }) as Json),
  };
}
