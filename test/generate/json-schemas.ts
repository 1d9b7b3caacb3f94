/** The JSON Schemas of specification and result, from the zod schema that the lab itself validates with. */
import * as z from "zod/mini";
import { specSchema } from "../../src/spec/schema.ts";

type Json = { [key: string]: unknown };

/** Parts of a specification that may be written as the bare word of their kind. */
const WORDS: readonly (readonly string[])[] = [
  ["model"],
  ["process"],
  ["reward"],
  ["target"],
  ["sampler", "grid"],
  ["sampler", "schedule"],
];

/** Schema (draft 2020-12) of a specification as people may write it: every field but `version` may be left out. */
export function specJsonSchema(): Json {
  const schema = z.toJSONSchema(specSchema, { io: "input" }) as Json;
  for (const path of WORDS) allowWord(schema, path);
  allowPointsFile(schema);
  const properties = schema.properties as Json;
  properties.$schema = { type: "string" };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Etalon experiment",
    description:
      "A whole experiment: model, process, sampler, reward, target and evaluation. Parts left out take the defaults of the lab's first view. What several fields must satisfy together is checked by the lab.",
    ...schema,
  };
}

function partAt(schema: Json, path: readonly string[]): Json {
  return path.reduce((part, key) => {
    const inner = part.properties as Json;
    return inner[key] as Json;
  }, schema);
}

function allowWord(schema: Json, path: readonly string[]): void {
  const part = partAt(schema, path);
  const kinds = kindsOf(part).map((kind) => (kind.properties as { kind: { const: string } }).kind.const);
  const { oneOf, anyOf, ...rest } = part;
  for (const key of Object.keys(part)) delete part[key];
  Object.assign(part, rest, { anyOf: [{ type: "string", enum: kinds }, { oneOf: oneOf ?? anyOf }] });
}

function kindsOf(part: Json): Json[] {
  return (part.oneOf ?? part.anyOf) as Json[];
}

/** The command line also reads points from a CSV file beside the specification. */
function allowPointsFile(schema: Json): void {
  const union = (partAt(schema, ["model"]).anyOf as Json[])[1];
  const points = kindsOf(union ?? {}).find(
    (kind) => (kind.properties as { kind: { const: string } }).kind.const === "points",
  );
  const properties = points?.properties as Json;
  properties.file = {
    type: "string",
    description: "Command line only: a CSV file, relative to the specification.",
  };
  properties.columns = {
    type: "array",
    minItems: 1,
    maxItems: 2,
    items: { anyOf: [{ type: "string" }, { type: "integer", minimum: 1 }] },
    description:
      "Command line only: names or numbers (from 1) of the columns; the first numeric ones by default.",
  };
}

const numbers = z.array(z.number());
const rows = z.array(numbers);
const orNull = <T extends z.ZodMiniType>(type: T) => z.nullable(type);
const kind = z.enum(["exact", "bound", "asymptotic", "heuristic"]);
const verdict = z.enum(["holds", "violated", "inconclusive"]);
export const estimate = z.strictObject({ value: z.number(), se: z.number(), n: z.int() });
const number = z.number();

const law = {
  kind,
  formula: z.string(),
  mean: numbers,
  cov: rows,
  expectedReward: orNull(number),
  error: number,
};
const cellLaw = z.strictObject({ ...law, gap: orNull(number) });
const parts = (entry: z.ZodMiniType) =>
  z.strictObject({
    priorMismatchSde: entry,
    scoreErrorSde: entry,
    priorMismatchOde: entry,
    scoreErrorOde: entry,
  });
const bound = z.strictObject({
  kind: z.literal("bound"),
  gap: orNull(number),
  w2: orNull(number),
  terms: parts(orNull(number)),
  shares: parts(number),
  assumptions: z.array(z.strictObject({ text: z.string(), holds: z.boolean() })),
  vacuous: z.boolean(),
  holds: orNull(verdict),
});
const cell = z.strictObject({
  eta: number,
  steps: z.int(),
  theory: z.strictObject({ continuous: orNull(cellLaw), nStep: orNull(cellLaw), bound: orNull(bound) }),
  measured: orNull(
    z.strictObject({
      mean: z.array(estimate),
      cov: z.array(z.array(estimate)),
      expectedReward: estimate,
      gap: estimate,
      nonFinite: z.int(),
    }),
  ),
  agreement: z.strictObject({ expectedReward: orNull(number), gap: orNull(number) }),
  refusal: orNull(z.string()),
});

const axis = z.strictObject({ label: z.string(), symbol: z.string(), scale: z.enum(["linear", "log"]) });
const series = z.discriminatedUnion("role", [
  z.strictObject({
    role: z.literal("theory"),
    id: z.string(),
    label: z.string(),
    kind,
    formula: z.string(),
    hue: z.string(),
    points: z.array(z.strictObject({ x: number, y: orNull(number), error: z.optional(number) })),
  }),
  z.strictObject({
    role: z.literal("measured"),
    id: z.string(),
    label: z.string(),
    hue: z.string(),
    points: z.array(
      z.strictObject({
        x: number,
        estimate,
        verdict: z.optional(verdict),
        expected: z.optional(number),
      }),
    ),
  }),
]);
const words = { id: z.string(), title: z.string(), summary: z.string(), notes: z.array(z.string()) };
export const chart = z.discriminatedUnion("chart", [
  z.strictObject({ chart: z.literal("line"), ...words, x: axis, y: axis, series: z.array(series) }),
  z.strictObject({
    chart: z.literal("heat-map"),
    ...words,
    x: axis,
    y: axis,
    value: z.strictObject({ label: z.string(), symbol: z.string() }),
    xs: numbers,
    ys: numbers,
    theory: orNull(z.strictObject({ kind, formula: z.string(), values: z.array(z.array(orNull(number))) })),
    measured: orNull(z.array(z.array(orNull(estimate)))),
  }),
]);

const result = z.strictObject({
  version: z.literal(1),
  spec: specSchema,
  manifest: z.strictObject({
    specHash: z.string().check(z.regex(/^[0-9a-f]{16}$/)),
    seed: z.int(),
    version: z.string(),
    engine: z.enum(["cpu", "webgpu"]),
    adapter: z.string(),
    software: z.boolean(),
    precision: z.enum(["f64", "f32"]),
    wallTimeMs: number,
    date: z.string(),
    node: orNull(z.string()),
  }),
  target: z.strictObject(law),
  cells: z.array(cell),
  charts: z.optional(z.array(chart)),
  notes: z.array(z.string()),
});

/** Schema (draft 2020-12) of a result file. */
export function resultJsonSchema(): Json {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Etalon result",
    description:
      "Every cell (eta, steps) with exact theory in continuous time and for N steps, the general bound, and the measurement with standard errors. gap is expectedReward(eta) - expectedReward(0) at the same N. The sampler's own (eta, steps) and (0, steps) are always among the cells, which are ordered by steps, then eta.",
    ...(z.toJSONSchema(result, { io: "output" }) as Json),
  };
}
