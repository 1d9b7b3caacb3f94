import { readFileSync } from "node:fs";
import Ajv2020 from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { defaultSpec } from "../../src/spec/defaults.ts";
import { PRESETS } from "../../src/spec/presets.ts";
import { resultJsonSchema, specJsonSchema } from "../generate/json-schemas.ts";
import { STORED_COMMAND, STORED_FILE, storedResult } from "../generate/stored-result.ts";

function published(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../public/schema/${name}.json`, import.meta.url), "utf8"));
}

/** Every number of a value with its path; numbers of equal paths are compared. */
function numbersOf(value: unknown, path = ""): [string, number][] {
  if (typeof value === "number") return [[path, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, v]) => numbersOf(v, `${path}.${key}`));
}

describe("The stored result of the first view", () => {
  const file = JSON.parse(readFileSync(STORED_FILE, "utf8")) as Awaited<ReturnType<typeof storedResult>>;

  it("is what the present code computes", async () => {
    const now = JSON.parse(JSON.stringify(await storedResult())) as typeof file;
    expect(file.spec).toStrictEqual(defaultSpec());
    expect(file.command).toBe(STORED_COMMAND);
    expect(file.manifest.specHash).toBe(now.manifest.specHash);
    const strip = ({ manifest: _, ...rest }: typeof file) => numbersOf(rest);
    const [stored, fresh] = [strip(file), strip(now)];
    expect(stored.map(([path]) => path)).toEqual(fresh.map(([path]) => path));
    // The same f64 sums: machines may differ in the last bits of exp and log, and in how sums are batched. Agreement
    // scores divide such differences by standard errors of about 1e-3.
    for (const [i, [path, value]] of stored.entries()) {
      const other = fresh[i]?.[1] ?? Number.NaN;
      expect(Math.abs(value - other), `${path}; run: ${STORED_COMMAND}`).toBeLessThanOrEqual(
        1e-6 * Math.max(1, Math.abs(value)),
      );
    }
  });

  it("agrees with exact theory", () => {
    const scores = file.cells.flatMap(({ agreement }) => (agreement.gap === null ? [] : [agreement.gap]));
    expect(scores.length).toBeGreaterThan(40);
    expect(Math.max(...scores.map(Math.abs))).toBeLessThan(4.5);
    // The gap of the first view must be worth looking at.
    const cell = file.cells.find((c) => c.eta === 1.2 && c.steps === 10);
    expect(Math.abs(cell?.measured?.gap.value ?? 0)).toBeGreaterThan(10 * (cell?.measured?.gap.se ?? 1));
  });

  it("fits the published schema, which notices a missing field", () => {
    const { command: _, ...result } = file;
    const validate = new Ajv2020({ strict: false }).compile(published("result") as object);
    expect(validate(result), JSON.stringify(validate.errors)).toBe(true);
    const { gap: __, ...measured } = file.cells[0]?.measured ?? { gap: null };
    const broken = { ...result, cells: [{ ...file.cells[0], measured }] };
    expect(validate(broken)).toBe(false);
  });
});

describe("The published schemas", () => {
  it("are current; run: node src/cli/launch/run.mjs test/generate/schemas.ts", () => {
    expect(published("spec")).toEqual(specJsonSchema());
    expect(published("result")).toEqual(resultJsonSchema());
  });

  it("accept specifications as people write them and refuse others", () => {
    const validate = new Ajv2020({ strict: false }).compile(published("spec") as object);
    const examples: unknown[] = [
      ...PRESETS.map((p) => p.spec),
      { version: 1 },
      { version: 1, process: "flow", sampler: { grid: "uniform" } },
      { version: 1, model: { kind: "points", file: "x.csv", columns: ["a", 2] } },
    ];
    for (const example of examples) expect(validate(example), JSON.stringify(validate.errors)).toBe(true);
    const wrong: unknown[] = [
      {},
      { version: 2 },
      { version: 1, modle: {} },
      { version: 1, process: "floww" },
      { version: 1, sampler: { eta: -1 } },
      { version: 1, model: { kind: "gaussian", mean: "x" } },
    ];
    for (const example of wrong) expect(validate(example), JSON.stringify(example)).toBe(false);
  });
});
