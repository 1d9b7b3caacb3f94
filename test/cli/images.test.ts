import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { ROOT } from "../../src/cli/launch/paths.mjs";
import { imageResultToCsv, imageResultToTable } from "../../src/cli/image-tables.ts";
import type { ImageResult } from "../../src/cli/image-result.ts";
import { IMAGE_DEFAULTS } from "../../src/spec/images/limits.ts";
import { imageResultJsonSchema, imageSpecJsonSchema } from "../generate/image-schemas.ts";

const schemaOf = (name: string): object =>
  JSON.parse(readFileSync(join(ROOT, "public/schema", name), "utf8")) as object;
const validator = (name: string) => new Ajv2020({ strict: false }).compile(schemaOf(name));

const result: ImageResult = {
  version: 1,
  spec: IMAGE_DEFAULTS,
  manifest: {
    seed: 1,
    version: "0.1.0",
    engine: "wasm",
    adapter: "CPU",
    weights: "student",
    wallTimeMs: 1,
    date: "2026-11-22",
    node: "20",
  },
  cells: [
    {
      eta: 0,
      steps: 4,
      measured: { expectedReward: { value: 0.5, se: 0.1, n: 64 }, gap: { value: 0, se: 0, n: 64 } },
      nonFinite: 0,
    },
    { eta: 1, steps: 4, measured: null, nonFinite: 64 },
  ],
  prompts: null,
  fidelity: null,
  grid: {
    tiles: 2,
    times: [0.999, 0],
    gap: null,
    rows: [
      { eta: 0, diversity: { value: 1, se: 0.1, n: 1 }, rewards: { boldness: [0.5, 0.25], alignment: null } },
    ],
    missing: { alignment: "no classifier" },
  },
  charts: [],
};

describe("files of image experiments", () => {
  test("have published schemas that are current", () => {
    expect(schemaOf("image-spec.json")).toEqual(JSON.parse(JSON.stringify(imageSpecJsonSchema())));
    expect(schemaOf("image-result.json")).toEqual(JSON.parse(JSON.stringify(imageResultJsonSchema())));
  });

  test("fit them, and a wrong field does not", () => {
    const isSpec = validator("image-spec.json");
    expect(isSpec(IMAGE_DEFAULTS)).toBe(true);
    expect(isSpec({ version: 1, model: "glyphs", sampler: { grid: "uniform" } })).toBe(true);
    expect(isSpec({ version: 1, model: { kind: "glyphs", promt: "A" } })).toBe(false);
    const isResult = validator("image-result.json");
    expect(isResult(result), JSON.stringify(isResult.errors)).toBe(true);
    expect(isResult({ ...result, cells: [{ eta: 0 }] })).toBe(false);
  });

  test("are told as CSV and as a table, with a dash for what could not be measured", () => {
    const [head, first, second] = imageResultToCsv(result).split("\r\n");
    expect(head).toBe(
      "eta,steps,measured_gap,measured_gap_se,measured_reward,measured_reward_se,images,non_finite",
    );
    expect(first).toBe("0,4,0,0,0.5,0.1,64,0");
    expect(second).toBe("1,4,,,,,,64");
    const table = imageResultToTable(result).split("\n");
    expect(table[1]).toMatch(/0\.5 \+- 0\.2 +64$/);
    expect(table[2]).toMatch(/- +- +0$/);
  });
});
