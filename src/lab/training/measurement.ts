/** What is measured at a kept moment of training: the network's numbers beside the pretrained one's, and samples for the views. */
import type { PolicyArmResult, TrainingCheckpoint, TrainingEngine } from "../../engine/training-engine.ts";
import { readMeasurement, type PolicyMeasurement } from "../../experiments/training/measurement.ts";
import { measurementArms, measurePolicy } from "../../experiments/training/plan.ts";
import { assembled } from "../../experiments/training/transfer.ts";
import { isImageTraining, type TrainingSpec } from "../../spec/training/types.ts";
import { measureKey } from "./keys.ts";
import type { PreparedTraining } from "./prepare-messages.ts";

export interface Measurement {
  readonly numbers: PolicyMeasurement;
  /** Final samples [n, dim] at the N of training, all from the same noise. */
  readonly samples: {
    /** Of the pretrained network, under the ODE. */
    readonly before: Float32Array;
    /** Of the trained network under the training sampler; null where that is the ODE. */
    readonly sde: Float32Array | null;
    readonly ode: Float32Array;
  };
  /** Numbers of the pretrained network on the same noise. */
  readonly reference: PolicyMeasurement;
  /** What there is to say of each image of `samples`; null for points. */
  readonly images: ImageNotes | null;
}

/** Of each of n images, the same places in every row. */
export interface ImageNotes {
  /** [n] number of its prompt in the specification. */
  readonly prompts: Int32Array;
  /** [n] weighted reward in each row. */
  readonly before: Float64Array;
  readonly sde: Float64Array | null;
  readonly ode: Float64Array;
}

/** Images kept of each row: a moment of training takes 0.6 MB then. */
const MOST_IMAGES = 16;
const IMAGE_SIZE = 3 * 32 * 32;

/** What is measured of: the settings, and the pretrained network. */
export interface MeasuredRun {
  readonly spec: TrainingSpec;
  readonly reference: {
    readonly key: string;
    readonly parameters: Float64Array;
  };
}

/** Measures weights of a run. Rejects with AbortError when cancelled. */
export type Measurer = (
  engine: TrainingEngine,
  run: MeasuredRun,
  prepared: PreparedTraining,
  checkpoint: TrainingCheckpoint,
  signal: AbortSignal,
) => Promise<Measurement>;

const KEPT = 4;

/** A measurer that measures each pretrained network once. */
export function createMeasurer(): Measurer {
  const known = new Map<
    string,
    { readonly parameters: Float64Array; readonly results: readonly PolicyArmResult[] }
  >();
  return async (engine, { spec, reference }, prepared, checkpoint, signal) => {
    const resolved = assembled(spec, prepared.parts);
    const key = `${measureKey(spec)} ${reference.key}`;
    const { parameters } = reference;
    const found = known.get(key);
    // Other weights for the same law, from a file or pretrained again, are measured anew.
    const before =
      found?.parameters === parameters
        ? found.results
        : await measurePolicy(engine, resolved, parameters, null, signal);
    known.delete(key);
    known.set(key, { parameters, results: before });
    for (const old of known.keys()) if (known.size > KEPT) known.delete(old);
    const start = checkpoint.iteration === 0;
    const after = start
      ? before
      : await measurePolicy(engine, resolved, checkpoint.parameters, parameters, signal);
    const { ode, sde } = measurementArms(spec);
    const glyphs = isImageTraining(spec);
    const samples = (results: readonly PolicyArmResult[], place: number) => {
      const all = results[place]?.samples ?? new Float32Array(0);
      return glyphs ? all.slice(0, MOST_IMAGES * IMAGE_SIZE) : all;
    };
    const { iteration, update, networkCalls } = checkpoint;
    const moment = { iteration, updates: update, networkCalls };
    return {
      numbers: readMeasurement(resolved, moment, after, before),
      reference: readMeasurement(resolved, { iteration: 0, updates: 0, networkCalls: 0 }, before, before),
      samples: {
        before: samples(before, ode),
        sde: sde === null ? null : samples(after, sde),
        ode: samples(after, ode),
      },
      images: glyphs ? imageNotes(before[ode], after[ode], sde === null ? null : after[sde]) : null,
    };
  };
}

function imageNotes(
  before: PolicyArmResult | undefined,
  ode: PolicyArmResult | undefined,
  sde: PolicyArmResult | null | undefined,
): ImageNotes {
  const values = (arm: PolicyArmResult | undefined) =>
    arm?.values.slice(0, MOST_IMAGES) ?? new Float64Array(0);
  return {
    prompts: before?.prompts?.slice(0, MOST_IMAGES) ?? new Int32Array(0),
    before: values(before),
    sde: sde == null ? null : values(sde),
    ode: values(ode),
  };
}
