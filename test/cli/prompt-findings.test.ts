/** Seeds of the finding on prompts, as the command draws and keeps them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020, type AnySchema } from "ajv/dist/2020.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ROOT } from "../../src/cli/launch/paths.mjs";
import { promptFindingsFile, promptRuns, type PromptSeed } from "../../src/cli/prompt-findings.ts";
import type { ImageJob } from "../../src/engine/image-engine.ts";
import { FINDING_SEEDS } from "../../src/experiments/findings.ts";
import {
  PROMPT_FINDING_REWARDS,
  PROMPT_FINDING_SPEC,
  promptFindingSpecs,
  promptRun,
} from "../../src/experiments/images/prompt-findings.ts";
import { measureRichness } from "../../src/experiments/images/richness.ts";
import { engineOf } from "../experiments/prompt-engine.ts";

let out = "";
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), "etalon-prompts-"));
});
afterEach(() => rmSync(out, { recursive: true }));

/** The seeds, with an engine without a network. */
const run = (models = "a", jobs: ImageJob[] = []) =>
  promptRuns(
    engineOf((a) => 1 / a, jobs),
    models,
    { signal: new AbortController().signal, out, onProgress: () => undefined },
  );

/** Changes the files of finished seeds: data become JSON, text stands as it is. */
function rewriteSeeds(change: (stored: PromptSeed) => object | string): void {
  for (const name of readdirSync(join(out, "cells"))) {
    const path = join(out, "cells", name);
    const changed = change(JSON.parse(readFileSync(path, "utf8")) as PromptSeed);
    writeFileSync(path, typeof changed === "string" ? changed : JSON.stringify(changed));
  }
}

describe("the seeds of the finding on prompts", () => {
  test("draw other prompts each, and finished ones are taken from their files", async () => {
    const jobs: ImageJob[] = [];
    const specs = promptFindingSpecs();
    expect(new Set(specs.map(({ evaluation }) => evaluation.seed)).size).toBe(FINDING_SEEDS);
    expect(specs[0]).toEqual(PROMPT_FINDING_SPEC);
    const seeds = await run("a", jobs);
    const spent = jobs.length;
    expect(new Set(jobs.map(({ seed }) => seed)).size).toBe(FINDING_SEEDS);
    expect(await run("a", jobs)).toEqual(seeds);
    expect(jobs.length).toBe(spent);
    // Other weights are drawn anew.
    await run("b", jobs);
    expect(jobs.length).toBe(2 * spent);
    const [first] = seeds;
    const engine = engineOf((a) => 1 / a);
    const richness = await measureRichness(engine, PROMPT_FINDING_SPEC, { rewards: PROMPT_FINDING_REWARDS });
    expect(first).toEqual({ ...promptRun(PROMPT_FINDING_SPEC, richness), seconds: first?.seconds });
  });

  test("take the time of all of them together, whichever command drew them", async () => {
    for (const { seconds } of await run()) expect(seconds).toBeGreaterThan(0);
    // As if an earlier command had drawn them, slowly: 10, 11, ... seconds by number of the seed.
    rewriteSeeds((stored) => ({ ...stored, seconds: 9 + stored.seed }));
    const engine = engineOf((a) => 1 / a);
    const file = await promptFindingsFile(await run(), engine, "0a");
    const { seeds, manifest } = file;
    expect(seeds.length).toBe(FINDING_SEEDS);
    expect(manifest.wallTimeMs).toBe(1000 * seeds.reduce((sum, seed) => sum + 9 + seed, 0));
    const schema = readFileSync(join(ROOT, "public/schema/image-findings.json"), "utf8");
    const isFindings = new Ajv2020({ strict: false }).compile(JSON.parse(schema) as AnySchema);
    const written: unknown = JSON.parse(JSON.stringify(file));
    expect(isFindings(written), JSON.stringify(isFindings.errors)).toBe(true);
    expect(isFindings({ ...(written as object), manifest: {} })).toBe(false);
  });

  test.each([
    [
      "of an earlier version, without its time",
      ({ seed, rewards }: PromptSeed) => ({ seed, rewards }),
      /tell the seconds that it took, got undefined; remove/,
    ],
    ["of another seed", (stored: PromptSeed) => ({ ...stored, seed: 99 }), /hold seed 1, got 99; remove/],
    ["that is not whole", () => "{", /be JSON, got ".*; remove/],
    ["that holds nothing", () => "null", /hold seed 1, got undefined; remove/],
  ] as const)("are refused in a file %s, by its name", async (_, damage, words) => {
    await run();
    rewriteSeeds(damage);
    await expect(run()).rejects.toThrow(words);
    // Once they are removed, they are drawn again.
    rmSync(join(out, "cells"), { recursive: true });
    expect(await run()).toHaveLength(FINDING_SEEDS);
  });
});
