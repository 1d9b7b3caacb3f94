/**
 * The finding on prompts in a terminal: the study of prompts with the shipped student, seed by seed. A finished seed is a file,
 * named by what decides its numbers, and is not drawn again.
 */
import { readFile } from "node:fs/promises";
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
import { writeFiles } from "./folder.ts";
import { modelReader, openImageEngine, readPreference } from "./image-engine.ts";
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
    readonly wallTimeMs: number;
    readonly date: string;
    readonly node: string;
  };
  readonly findings: readonly FindingResult[];
}

export interface PromptFindingsControl {
  readonly signal: AbortSignal;
  /** Folder of finished seeds, or null to keep them in memory. */
  readonly out: string | null;
  /** Done share of all seeds, and which one runs. */
  readonly onProgress: (done: number, label: string) => void;
}

/** Runs the seeds that are not finished, and judges. Rejects with AbortError when interrupted; finished seeds stay. */
export async function promptFindings(control: PromptFindingsControl): Promise<PromptFindingsFile> {
  const started = performance.now();
  const { weights } = PROMPT_FINDING_SPEC.model;
  const { signal } = control;
  const { sha256 } = (await modelReader()(weights, { signal })).manifest;
  const engine = await openImageEngine();
  try {
    const runs = await promptRuns(engine, sha256 + (await judgesKey(signal)), control);
    const { kind, adapter } = engine.info;
    return {
      version: 1,
      kind: "image-findings",
      spec: PROMPT_FINDING_SPEC,
      seeds: runs.map(({ seed }) => seed),
      rule: VERDICT_RULE,
      manifest: {
        specHash: hashOfData(PROMPT_FINDING_SPEC),
        version: await labVersion(),
        engine: kind,
        ...{ adapter, weights, sha256 },
        wallTimeMs: Math.round(performance.now() - started),
        date: new Date().toISOString(),
        node: process.versions.node,
      },
      findings: [judgePrompts(runs)],
    };
  } finally {
    engine.dispose();
  }
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
  { signal, out, onProgress }: PromptFindingsControl,
): Promise<readonly PromptRun[]> {
  const specs = promptFindingSpecs();
  const runs: PromptRun[] = [];
  for (const [i, spec] of specs.entries()) {
    signal.throwIfAborted();
    const name = `cells/${PREFIX}${hashOfData({ spec, rewards: PROMPT_FINDING_REWARDS, models })}.json`;
    const label = `prompts, seed ${spec.evaluation.seed}`;
    const report = (done: number) => onProgress((i + done) / specs.length, label);
    const known = out === null ? null : await finishedRun(join(out, name));
    const run = known ?? (await drawRun(engine, spec, signal, report));
    if (known === null && out !== null) await writeFiles(out, { [name]: `${JSON.stringify(run)}\n` });
    runs.push(run);
  }
  onProgress(1, "done");
  return runs;
}

async function drawRun(
  engine: ImageEngine,
  spec: ImageSpec,
  signal: AbortSignal,
  report: (done: number) => void,
): Promise<PromptRun> {
  report(0);
  await engine.load(spec.model.weights, { signal });
  const control = { signal, rewards: PROMPT_FINDING_REWARDS, onBatch: report };
  return promptRun(spec, await measureRichness(engine, spec, control));
}

async function finishedRun(path: string): Promise<PromptRun | null> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as PromptRun;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    if (error instanceof SyntaxError)
      throw new Error(
        `${path}: must be JSON, got "${error.message}"; remove the file to run its seed again`,
        {
          cause: error,
        },
      );
    throw error;
  }
}
