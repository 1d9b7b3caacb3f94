/** The training engine of the command line, and pretrained weights: those that ship, else made here and kept with the results. */
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { TrainingEngine, TrainingProblem } from "../engine/training-engine.ts";
import { glyphModels } from "../engine/training/glyphs.ts";
import { createTrainingEngine } from "../engine/training/local.ts";
import { nodeParts } from "../engine/training/node-parts.ts";
import { createWeightFiles } from "../engine/training/weight-files.ts";
import { pretrainedKey } from "../experiments/training/resolve.ts";
import { isImageTraining, type PointTrainingSpec, type TrainingSpec } from "../spec/training/types.ts";
import { readIfThere, writeFiles } from "./folder.ts";
import { modelReader, readPreference } from "./image-engine.ts";
import { ROOT } from "./launch/paths.mjs";

/** The engine: WebAssembly in this process. */
export async function openTrainingEngine(): Promise<TrainingEngine> {
  return createTrainingEngine({
    ...(await nodeParts()),
    glyphs: glyphModels(modelReader(), () => readPreference()),
  });
}

const SHIPPED = `${pathToFileURL(join(ROOT, "public/models/points")).href}/`;

/** Files of the project by their address, for code that fetches. */
async function fetchFile(address: string | URL | Request): Promise<Response> {
  const path = fileURLToPath(address instanceof Request ? address.url : address);
  const bytes = await readIfThere(path);
  return bytes === null ? new Response(null, { status: 404 }) : new Response(bytes);
}

export interface WeightControl {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number) => void;
}

/**
 * Pretrained weights of specifications, each made once. Made ones go through a file, in `out` where there is one, so that a run
 * that goes on from the file has the very same numbers.
 */
export function pretrainedWeights(engine: TrainingEngine, out: string | null) {
  const files = createWeightFiles(SHIPPED, fetchFile);
  const known = new Map<string, Float64Array>();

  async function make(
    spec: PointTrainingSpec,
    problem: TrainingProblem,
    name: string,
    control: WeightControl,
  ) {
    const { signal, onProgress } = control;
    const made = await engine.pretrain(problem, {
      signal,
      onProgress: ({ step, steps }) => onProgress(step / Math.max(1, steps)),
    });
    const bytes = await files.write(made, spec);
    if (out !== null) await writeFiles(out, { [name]: bytes });
    return (await files.read(bytes, name, spec)).parameters;
  }

  async function stored(spec: PointTrainingSpec, name: string): Promise<Float64Array | null> {
    const bytes = out === null ? null : await readIfThere(join(out, name));
    return bytes === null ? null : (await files.read(bytes, name, spec)).parameters;
  }

  async function shipped(spec: PointTrainingSpec, signal: AbortSignal): Promise<Float64Array | null> {
    try {
      return (await files.shipped(spec, signal))?.parameters ?? null;
    } catch (error) {
      // A law whose weights do not ship yet is pretrained.
      if (error instanceof Error && error.message.includes("status 404")) return null;
      throw error;
    }
  }

  return async (
    spec: TrainingSpec,
    problem: TrainingProblem,
    control: WeightControl,
  ): Promise<Float64Array> => {
    if (isImageTraining(spec)) return untrainedAdapter(engine, problem, control.signal);
    const key = pretrainedKey(spec);
    const name = `pretrained/${key}.safetensors`;
    const found =
      known.get(key) ??
      (await shipped(spec, control.signal)) ??
      (await stored(spec, name)) ??
      (await make(spec, problem, name, control));
    known.set(key, found);
    return found;
  };
}

/** Low-rank parts that leave the glyph model as it is. */
async function untrainedAdapter(
  engine: TrainingEngine,
  problem: TrainingProblem,
  signal: AbortSignal,
): Promise<Float64Array> {
  if (problem.kind !== "glyphs")
    throw new RangeError(
      "weights: must be of the glyph model, got a law of points; give the problem of its specification",
    );
  return (await engine.load(problem, { signal })).parameters;
}
