/** Which samples are on the screen: of the run that is shown, or, until it has some, those that were there before. */
import { problemKey, runKey } from "../../../lab/training/keys.ts";
import type { PreparedTraining, TrainingView } from "../../../lab/training/prepare-messages.ts";
import { isFresh } from "../../../lab/training/runs.ts";
import type { TrainingLabData } from "../../../lab/training/state.ts";
import { isImageTraining, type TrainingSpec } from "../../../spec/training/types.ts";
import { shownRun } from "../training-context.ts";
import { trainingRunText } from "../training-run-words.ts";
import type { ShownSamples } from "./shown-samples.ts";

/** Samples with what is drawn behind them. */
export interface DrawnSamples {
  readonly spec: TrainingSpec;
  readonly shown: ShownSamples;
  /** Of the law of `spec`; null for images. */
  readonly view: TrainingView | null;
}

/**
 * What is drawn behind the points of a run: undefined while that is not known, null for images, which have nothing. `before`
 * is what was drawn last: the law that is prepared may be that of other settings already.
 */
export function viewBehind(
  spec: TrainingSpec,
  prepared: PreparedTraining | null,
  before: DrawnSamples | null,
): TrainingView | null | undefined {
  if (isImageTraining(spec)) return null;
  const key = problemKey(spec);
  if (prepared?.key === key) return prepared.view ?? undefined;
  return before !== null && problemKey(before.spec) === key ? (before.view ?? undefined) : undefined;
}

type Shown = Pick<TrainingLabData, "runs" | "shown" | "spec" | "run">;

/** True while samples of the present settings are on their way, so that those of the shown run are old. */
export function isWaitingForSamples(state: Shown): boolean {
  const run = shownRun(state);
  if (run === null) return true;
  if (run.spec === state.spec) return false;
  // A trained run waits on the screen after an edit, until it goes on or another begins.
  return (isFresh(run) || state.run.phase === "preparing") && runKey(run.spec) !== runKey(state.spec);
}

/** What old samples are of. */
export function oldSamplesText(old: TrainingSpec, now: TrainingSpec): string {
  return runKey(old) === runKey(now) ? "Of the run before." : "Of an earlier setting.";
}

/** How far the samples are that old ones wait for. */
export function newSamplesText(state: Shown & Pick<TrainingLabData, "reference">): string {
  // For a moment after an edit nobody works: another edit may follow.
  if (state.run.phase === "idle" && shownRun(state) !== null) return "New ones are on their way …";
  return trainingRunText(state);
}
