import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { ROOT } from "../../src/cli/launch/paths.mjs";
import { imageResultToCsv, imageResultToTable } from "../../src/cli/image-tables.ts";
import { type ImageResult, plainGrid } from "../../src/cli/image-result.ts";
import { drawnPrompts } from "../../src/experiments/images/plan.ts";
import type { ImageGrid } from "../../src/experiments/images/grid.ts";
import { short, withInterval } from "../../src/cli/text.ts";
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
    prompts: ["bold black A", "light red A"],
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
    expect(isResult({ ...result, grid: { ...result.grid, prompts: null } })).toBe(true);
    expect(isResult({ ...result, grid: { ...result.grid, prompts: [null] } })).toBe(false);
  });

  test("say what each tile was drawn from where prompts were completed", () => {
    const gridOf = (completion: "network" | "drawn", tiles: number) => {
      const spec = { ...IMAGE_DEFAULTS, model: { ...IMAGE_DEFAULTS.model, prompt: "bold", completion } };
      const grid = { ...result.grid, tiles, rows: [] } as unknown as ImageGrid;
      return { spec, told: plainGrid(spec, grid) };
    };
    const { spec, told } = gridOf("drawn", 6);
    expect(told.prompts).toHaveLength(6);
    expect(told.prompts).toEqual(drawnPrompts(spec, 6));
    for (const text of told.prompts ?? []) expect(text).toMatch(/^bold \S+ \S+ \S+ \S+ on \S+$/);
    expect(new Set(told.prompts).size).toBeGreaterThan(1);
    expect(gridOf("network", 6).told.prompts).toBeNull();
    const file = JSON.parse(JSON.stringify({ ...result, grid: told })) as ImageResult;
    const isResult = validator("image-result.json");
    expect(isResult(file), JSON.stringify(isResult.errors)).toBe(true);
  });

  test("are told as CSV and as a table, with a dash for what could not be measured", () => {
    const [head, first, second] = imageResultToCsv(result).split("\r\n");
    expect(head).toBe(
      "eta,steps,measured_gap,measured_gap_se,measured_reward,measured_reward_se,images,non_finite",
    );
    expect(first).toBe("0,4,0,0,0.5,0.1,64,0");
    expect(second).toBe("1,4,,,,,,64");
    const table = imageResultToTable(result).split("\n");
    expect(table[1]).toMatch(/ 0\.50 ± 0\.20 +64$/);
    expect(table[2]).toMatch(/- +- +0$/);
    expect(table.join("\n")).toMatch(/^± is a 95 % interval\.$[^]*η = 0: 1\.00 ± 0\.20/m);
  });
});

describe("a measured number in a terminal", () => {
  test("has the digits and signs that it has on the page", () => {
    // Standard errors are half widths / 1.96.
    expect(withInterval({ value: -0.0070098, se: 0.0064 / 1.96, n: 64 })).toBe("−0.0070 ± 0.0064");
    expect(withInterval({ value: 0.12826, se: 0.044 / 1.96, n: 64 })).toBe("0.128 ± 0.044");
    expect(withInterval({ value: 1.5, se: Infinity, n: 1 })).toBe("1.5");
    expect(short(-0.0070098)).toBe("−0.0070098");
    expect(short(null)).toBe("-");
    // Files keep every digit and the sign that programs read.
    const cell = result.cells[0]!;
    const gap = { value: -0.0070098, se: 0.0032653061224489797, n: 64 };
    const csv = imageResultToCsv({
      ...result,
      cells: [{ ...cell, measured: { expectedReward: gap, gap } }],
    });
    expect(csv).toContain("-0.0070098,0.0032653061224489797");
  });
});
