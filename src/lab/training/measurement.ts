/** What is measured at a kept moment of training: the network's numbers beside the pretrained one's, and samples for the views. */
import type { PolicyArmResult, TrainingCheckpoint, TrainingEngine } from "../../engine/training-engine.ts";
import { readMeasurement, type PolicyMeasurement } from "../../experiments/training/measurement.ts";
import { measurementArms, measurePolicy } from "../../experiments/training/plan.ts";
import { assembled } from "../../experiments/training/transfer.ts";
import { measureKey } from "./keys.ts";
import type { PreparedTraining } from "./prepare-messages.ts";
import type { TrainingRun } from "./state.ts";

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
}

/** Measures weights of a run. Rejects with AbortError when cancelled. */
export type Measurer = (
  engine: TrainingEngine,
  run: Pick<TrainingRun, "spec" | "reference">,
  prepared: PreparedTraining,
  checkpoint: TrainingCheckpoint,
  signal: AbortSignal,
) => Promise<Measurement>;

const KEPT = 4;

/** A measurer that measures each pretrained network once. */
export function createMeasurer(): Measurer {
  const known = new Map<string, readonly PolicyArmResult[]>();
  return async (engine, { spec, reference }, prepared, checkpoint, signal) => {
    const resolved = assembled(spec, prepared.parts);
    const key = `${measureKey(spec)} ${reference.key} ${reference.origin}`;
    const before =
      known.get(key) ?? (await measurePolicy(engine, resolved, reference.parameters, null, signal));
    known.delete(key);
    known.set(key, before);
    for (const old of known.keys()) if (known.size > KEPT) known.delete(old);
    const start = checkpoint.iteration === 0;
    const after = start
      ? before
      : await measurePolicy(engine, resolved, checkpoint.parameters, reference.parameters, signal);
    const { ode, sde } = measurementArms(spec);
    const samples = (results: readonly PolicyArmResult[], place: number) =>
      results[place]?.samples ?? new Float32Array(0);
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
    };
  };
}
