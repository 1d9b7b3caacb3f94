/** What the page is doing, asked in the ways that the coordinator needs. */
import type { TrainingPhase, TrainingRun } from "./state.ts";

/** True while the reference network is trained, and while that waits. */
export function isPretraining(run: TrainingPhase): boolean {
  return run.phase === "pretraining-paused" || (run.phase === "preparing" && run.what === "pretraining");
}

export function isBusy({ phase }: TrainingPhase): boolean {
  return ["preparing", "training", "measuring", "study"].includes(phase);
}

/** What a run that nobody works on is in. */
export function restingPhase({ newest, spec, wallMs }: TrainingRun): TrainingPhase {
  const { iterations } = spec.training;
  const { iteration } = newest;
  return iteration >= iterations
    ? { phase: "done", iteration, wallMs }
    : { phase: "paused", iteration, iterations };
}
