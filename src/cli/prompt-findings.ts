/**
 * The finding on prompts in a terminal: the study of prompts with the shipped student, seed by seed. A finished seed is a file,
 * named by what decides its numbers, and is not drawn again.
 */
import { join } from "node:path";
import type { ImageEngine } from "../engine/image-engine.ts";
import {
  judgePrompts,
  PROMPT_FINDING_REWARDS,
  PROMPT_FINDING_SPEC,
  promptFindingSpecs,
  promptRun,
  type PromptRun,
} from "../experiments/images/prompt-findings.ts";
import { measureRichness } from "../experiments/images/richness.ts";
import { type FindingResult, VERDICT_RULE } from "../experiments/findings.ts";
import { hashOfData } from "../experiments/spec-hash.ts";
import type { ImageSpec } from "../spec/images/types.ts";
import { readTextIfThere, writeFiles } from "./folder.ts";
import { modelReader, openImageEngine, readPreference } from "./image-engine.ts";
import type { CellsControl } from "./run-cells.ts";
import { labVersion } from "./text.ts";

/** The file prompts.json; see public/schema/image-findings.json. */
export interface PromptFindingsFile {
  readonly version: 1;
  readonly kind: "image-findings";
  readonly spec: ImageSpec;
  /** Seeds that the specification was run with. */
  readonly seeds: readonly number[];
  /** How verdicts follow from figures. */
  readonly rule: string;
  readonly manifest: {
    readonly specHash: string;
    readonly version: string;
    readonly engine: ImageEngine["info"]["kind"];
    readonly adapter: string;
    readonly weights: string;
    /** Of the weight file. */
    readonly sha256: string;
    /** Of all seeds, whichever run of the command drew them. */
    readonly wallTimeMs: number;
    readonly date: string;
    readonly node: string;
  };
  readonly findings: readonly FindingResult[];
}

/** A seed that is done, as its file keeps it. */
export interface PromptSeed extends PromptRun {
  /** That its drawing and judging took. */
  readonly seconds: number;
}

/** Runs the seeds that are not finished, and judges. Rejects with AbortError when interrupted; finished seeds stay. */
export async function promptFindings(control: CellsControl): Promise<PromptFindingsFile> {
  const { signal } = control;
  const { sha256 } = (await modelReader()(PROMPT_FINDING_SPEC.model.weights, { signal })).manifest;
  const engine = await openImageEngine();
  try {
    const seeds = await promptRuns(engine, sha256 + (await judgesKey(signal)), control);
    return await promptFindingsFile(seeds, engine, sha256);
  } finally {
    engine.dispose();
  }
}

/** The file of these seeds, drawn by an engine like this with the weight file of this hash. */
export async function promptFindingsFile(
  seeds: readonly PromptSeed[],
  { info: { kind, adapter } }: Pick<ImageEngine, "info">,
  sha256: string,
): Promise<PromptFindingsFile> {
  const seconds = seeds.reduce((sum, seed) => sum + seed.seconds, 0);
  return {
    version: 1,
    kind: "image-findings",
    spec: PROMPT_FINDING_SPEC,
    seeds: seeds.map(({ seed }) => seed),
    rule: VERDICT_RULE,
    manifest: {
      specHash: hashOfData(PROMPT_FINDING_SPEC),
      version: await labVersion(),
      engine: kind,
      ...{ adapter, weights: PROMPT_FINDING_SPEC.model.weights, sha256 },
      wallTimeMs: Math.round(1000 * seconds),
      date: new Date().toISOString(),
      node: process.versions.node,
    },
    findings: [judgePrompts(seeds)],
  };
}

/** Tells judges from those of another version. */
async function judgesKey(signal: AbortSignal): Promise<string> {
  const { sha256 } = (await modelReader()("reward-classifiers", { signal })).manifest;
  return sha256 + hashOfData(await readPreference());
}

const PREFIX = "prompts-";

/** Tells files of finished seeds, by their name, from those of trainings. */
export function isPromptRun(file: string): boolean {
  return file.startsWith(PREFIX);
}

/** The study of every seed; `models` tells the network and the judges from others. */
export async function promptRuns(
  engine: ImageEngine,
  models: string,
  { signal, out, onProgress }: CellsControl,
): Promise<readonly PromptSeed[]> {
  const specs = promptFindingSpecs();
  const seeds: PromptSeed[] = [];
  for (const [i, spec] of specs.entries()) {
    signal.throwIfAborted();
    const name = `cells/${PREFIX}${hashOfData({ spec, rewards: PROMPT_FINDING_REWARDS, models })}.json`;
    const label = `prompts, seed ${spec.evaluation.seed}`;
    const report = (done: number) => onProgress((i + done) / specs.length, label);
    const known = out === null ? null : await finishedSeed(join(out, name), spec.evaluation.seed);
    const seed = known ?? (await drawSeed(engine, spec, signal, report));
    if (known === null && out !== null) await writeFiles(out, { [name]: `${JSON.stringify(seed)}\n` });
    seeds.push(seed);
  }
  onProgress(1, "done");
  return seeds;
}

async function drawSeed(
  engine: ImageEngine,
  spec: ImageSpec,
  signal: AbortSignal,
  report: (done: number) => void,
): Promise<PromptSeed> {
  const started = performance.now();
  report(0);
  await engine.load(spec.model.weights, { signal });
  const control = { signal, rewards: PROMPT_FINDING_REWARDS, onBatch: report };
  const run = promptRun(spec, await measureRichness(engine, spec, control));
  return { ...run, seconds: (performance.now() - started) / 1000 };
}

/** What a file keeps of a seed; null if there is none. */
async function finishedSeed(path: string, seed: number): Promise<PromptSeed | null> {
  const text = await readTextIfThere(path);
  if (text === null) return null;
  const refuse = (must: string, got: unknown, cause?: unknown): never => {
    throw new Error(
      `${path}: must ${must}, got ${JSON.stringify(got)}; remove the file to run its seed again`,
      { cause },
    );
  };
  let stored: Partial<PromptSeed>;
  try {
    stored = (JSON.parse(text) ?? {}) as Partial<PromptSeed>;
  } catch (error) {
    return refuse("be JSON", (error as Error).message, error);
  }
  if (stored.seed !== seed) return refuse(`hold seed ${seed}`, stored.seed);
  // Earlier versions did not keep it.
  if (typeof stored.seconds !== "number") return refuse("tell the seconds that it took", stored.seconds);
  return stored as PromptSeed;
}
