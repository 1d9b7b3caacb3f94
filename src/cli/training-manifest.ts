/** What a training was run with. */
import type { TrainingEngine } from "../engine/training-engine.ts";
import { hashOfData } from "../experiments/spec-hash.ts";
import type { TrainingSpec } from "../spec/training/types.ts";
import { labVersion } from "./text.ts";

/** What was run where. No path, user or host name. */
export interface TrainingManifest {
  /** FNV-1a of the canonical JSON of the specification. */
  readonly specHash: string;
  readonly seed: number;
  readonly version: string;
  readonly engine: TrainingEngine["info"]["kind"];
  readonly adapter: string;
  readonly precision: "f64" | "f32";
  readonly wallTimeMs: number;
  readonly date: string;
  readonly node: string;
}

/** The manifest of a run that has just ended. */
export async function trainingManifest(
  spec: TrainingSpec,
  { info }: TrainingEngine,
  wallTimeMs: number,
): Promise<TrainingManifest> {
  return {
    specHash: hashOfData(spec),
    seed: spec.training.seed,
    version: await labVersion(),
    engine: info.kind,
    adapter: info.adapter,
    precision: info.precision,
    wallTimeMs: Math.round(wallTimeMs),
    date: new Date().toISOString(),
    node: process.versions.node,
  };
}
