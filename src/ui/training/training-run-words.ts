/** What the training page is doing, in sentences. */
import { runKey, referenceKey } from "../../lab/training/keys.ts";
import { nextStop, pointAt } from "../../lab/training/runs.ts";
import type { ReferenceState, TrainingLabData, TrainingPhase } from "../../lab/training/state.ts";
import { formatNumber } from "../../charts/format.ts";
import { isImageTraining, type TrainingSpec } from "../../spec/training/types.ts";
import { bytesText } from "../images/image-run-words.ts";
import { durationText, leftText } from "../time-words.ts";
import { shownRun, trainedRun } from "./training-context.ts";

type Told = Pick<TrainingLabData, "run" | "reference" | "runs" | "shown" | "spec">;

const PREPARING: Readonly<Record<Preparing, string>> = {
  engine: "Starting the engine …",
  law: "Preparing the law …",
  weights: "Loading the pretrained network …",
  pretraining: "Pretraining the network …",
  start: "Drawing from the pretrained network …",
};

/** For the strip under the header. */
export function trainingRunText(state: Told): string {
  const { run } = state;
  switch (run.phase) {
    case "idle":
      return idleText(state);
    case "preparing":
      return preparingText(state, run.what);
    case "training":
      return `Training: iteration ${run.iteration} of ${run.iterations}${remaining(run.etaMs)}`;
    case "measuring":
      return `Measuring at iteration ${run.iteration} of ${run.iterations}${remaining(run.etaMs)}`;
    case "study":
      return `Study: training “${run.label}”, ${Math.round(100 * run.done)} % of all done${remaining(run.etaMs)}`;
    case "paused":
      return `Paused at iteration ${run.iteration} of ${run.iterations}${unmeasuredText(state, run.iteration)}.${editedText(state)}`;
    case "pretraining-paused":
      return run.step === 0
        ? "Pretraining paused at its start."
        : `Pretraining paused at step ${stepsWords(run)}.`;
    case "done":
      return `Done: ${run.iteration} iterations in ${durationText(run.wallMs)}.${editedText(state)}`;
    case "stopped":
      return `Stopped at iteration ${run.iteration}${unmeasuredText(state, run.iteration)}.${editedText(state)}`;
    case "failed":
      return `Failed: ${run.message}`;
  }
}

function idleText(state: Told): string {
  return state.reference.phase === "ready"
    ? "Ready. Press Train."
    : isImageTraining(state.spec)
      ? "The glyph model is not loaded yet. Train loads it first."
      : "No pretrained network for this law yet. Train pretrains one first.";
}

function remaining(etaMs: number | null): string {
  return etaMs === null ? "" : `, ${leftText(etaMs)}`;
}

/** Everything else on the page is of the newest measured iteration, which may be an earlier one. */
function unmeasuredText(state: Told, iteration: number): string {
  const run = trainedRun(state);
  const measured = run === null ? null : pointAt(run, null);
  if (measured === null || measured.checkpoint.iteration >= iteration) return "";
  return `, not measured yet; last measured: ${measured.checkpoint.iteration}`;
}

const ASKS_TO_TRAIN =
  "Press Train. Both rewards, their gap, the KL to the pretrained network and the diversity of samples are drawn here as training goes.";

/** In place of the charts of a run that has not been measured twice: what brings them. */
export function noChartsText(state: Told): string {
  const run = shownRun(state);
  const { phase } = state.run;
  if (run === null || !(phase === "training" || phase === "measuring" || phase === "paused"))
    return ASKS_TO_TRAIN;
  const start = run.points[0]?.checkpoint.iteration ?? 0;
  const { iteration } = run.newest;
  // A stop that has been reached and is being measured is still the one to wait for.
  const before = iteration > start ? iteration - 1 : iteration;
  const first = nextStop(before, run.spec.evaluation.every, run.spec.training.iterations);
  return `The first figures come with iteration ${first}.`;
}

/** What is of which iteration, while the samples are not of the newest. */
export function scrubText(samples: number, newest: number): string {
  return `The samples are of iteration ${samples}, where the charts have a line. Sentences and alarms are of iteration ${newest}, the newest measured.`;
}

function editedText(state: Told): string {
  return isEdited(state) ? " The settings have changed since." : "";
}

/** True if the spec has moved on from the run on the screen. */
export function isEdited(state: Pick<TrainingLabData, "runs" | "shown" | "spec">): boolean {
  const run = trainedRun(state);
  // Asked several times with every report, and mostly of one and the same spec.
  return run !== null && run.spec !== state.spec && runKey(run.spec) !== runKey(state.spec);
}

/** True if the weights of the run on the screen may go on under the present spec. */
export function canGoOn(state: Pick<TrainingLabData, "runs" | "shown" | "spec">): boolean {
  const run = trainedRun(state);
  return run !== null && (run.spec === state.spec || run.reference.key === referenceKey(state.spec));
}

type Preparing = Extract<TrainingPhase, { phase: "preparing" }>["what"];

function preparingText({ reference }: Told, what: Preparing): string {
  if (what === "pretraining") return pretrainText(reference);
  return what === "weights" ? loadingText(reference) : PREPARING[what];
}

/** With bytes where the file is large enough to wait for. */
function loadingText(reference: ReferenceState): string {
  if (reference.phase !== "loading" || reference.arrived === null) return PREPARING.weights;
  const { bytes, total, cached } = reference.arrived;
  const whole = total > 0 ? ` of ${bytesText(total)}` : "";
  return `Weights: ${bytesText(bytes)}${whole} ${cached ? "from this browser’s cache" : "loaded"} …`;
}

function pretrainText(reference: ReferenceState): string {
  if (reference.phase !== "pretraining" || reference.progress === null) return PREPARING.pretraining;
  const { step, steps, loss } = reference.progress;
  return `Pretraining: step ${stepsWords({ step, steps })}, loss ${formatNumber(loss, 3)}`;
}

function stepsWords({ step, steps }: { readonly step: number; readonly steps: number }): string {
  return `${step.toLocaleString("en-US")} of ${steps.toLocaleString("en-US")}`;
}

/** Share done, 0..1, of what the strip speaks of. */
export function trainingProgress({ run, reference }: Pick<Told, "run" | "reference">): number {
  if (run.phase === "preparing" && reference.phase === "loading" && reference.arrived !== null)
    return reference.arrived.total > 0 ? Math.min(1, reference.arrived.bytes / reference.arrived.total) : 0;
  if (run.phase === "preparing")
    return run.what === "pretraining" && reference.phase === "pretraining" && reference.progress !== null
      ? reference.progress.step / Math.max(1, reference.progress.steps)
      : 0;
  if (run.phase === "training" || run.phase === "measuring" || run.phase === "paused")
    return run.iteration / Math.max(1, run.iterations);
  if (run.phase === "pretraining-paused") return run.step / Math.max(1, run.steps);
  if (run.phase === "study") return run.done;
  return run.phase === "done" ? 1 : 0;
}

/** True while something can be paused or stopped. */
export function isBusy({ phase }: TrainingPhase): boolean {
  return ["preparing", "training", "measuring", "study"].includes(phase);
}

const ORIGINS = {
  shipped: "Comes with the page",
  pretrained: "Pretrained on this device",
  imported: "From your file",
} as const;

/** Where the pretrained network comes from and how good it is. */
export function referenceText({ reference }: Pick<TrainingLabData, "reference">): string {
  switch (reference.phase) {
    case "none":
      return "No pretrained network for this law yet; Train makes one, or bring weights of your own.";
    case "loading":
      return loadingText(reference);
    case "pretraining":
      return pretrainText(reference);
    case "paused": {
      const { progress } = reference;
      return `Pretraining is paused${progress === null ? "" : ` at step ${stepsWords(progress)}`}; Resume goes on with it.`;
    }
    case "failed":
      return reference.message;
    case "ready": {
      const { origin, steps } = reference.weights;
      return `${ORIGINS[origin]}${steps > 0 ? `, ${steps.toLocaleString("en-US")} steps` : ""}.`;
    }
  }
}

/** Longest iteration and longest study, ms, that nobody needs to be told of. */
const SLOW_ITERATION_MS = 2000;
const SLOW_STUDY_MS = 120_000;

type Paced = Pick<TrainingLabData, "runs" | "shown" | "spec">;

/** Steps of all trajectories of an iteration. */
const sizeOf = ({ training }: TrainingSpec) => training.batch * training.steps;

/** Time per step of a trajectory, ms, of the run on the screen, measuring included; null where none was measured on this network. */
function measuredPace(state: Paced): number | null {
  const run = trainedRun(state);
  // A branch carries the time of iterations that it left behind.
  if (run === null || run.parent !== null || !canGoOn(state)) return null;
  return run.wallMs / (Math.max(1, run.newest.iteration) * sizeOf(run.spec));
}

/** What the present settings will take at the pace that was measured, or null where that is unknown or short. */
export function paceText(state: Paced): string | null {
  const { spec } = state;
  const pace = measuredPace(state);
  if (pace === null || trainedRun(state)?.spec.algorithm.kind !== spec.algorithm.kind) return null;
  const each = pace * sizeOf(spec);
  if (each < SLOW_ITERATION_MS) return null;
  const { iterations } = spec.training;
  return `At the pace of this run an iteration takes about ${durationText(each)} here, all ${iterations} about ${durationText(each * iterations)}, measurements included.`;
}

/** The same for the trainings of a study that are to come. */
export function studyPaceText(state: Paced, missing: readonly TrainingSpec[]): string | null {
  const pace = measuredPace(state);
  if (pace === null) return null;
  const all = missing.reduce((sum, spec) => sum + pace * sizeOf(spec) * spec.training.iterations, 0);
  return all < SLOW_STUDY_MS ? null : `At the pace of your run they take about ${durationText(all)}.`;
}

/** The strip's text for screen readers: coarse, so that it is not read out ten times a second. */
export function trainingAnnouncement(state: Told): string {
  const { run } = state;
  // A hair more than the share, which may be 0.29999 for three tenths.
  const tenths = Math.floor(10 * trainingProgress(state) + 1e-9);
  const doing = (work: string) => (tenths === 0 ? `${work} has begun` : `${work}, ${10 * tenths} % done`);
  if (run.phase === "training" || run.phase === "measuring") return doing("Training");
  if (run.phase === "study") return doing("Study");
  if (run.phase === "preparing" && run.what === "pretraining") return doing("Pretraining");
  return trainingRunText(state);
}

/** What the buttons of the strip offer. */
export type StripButton = "train" | "pause" | "stop" | "cancel" | "resume" | "continue" | "again";

/** Buttons for what the page is doing, the main one first. */
export function stripButtons(state: Told): readonly StripButton[] {
  const { run } = state;
  if (run.phase === "training" || run.phase === "measuring") return ["pause", "stop"];
  if (run.phase === "study") return ["stop"];
  if (run.phase === "preparing") return run.what === "pretraining" ? ["pause", "cancel"] : ["train"];
  if (run.phase === "pretraining-paused") return ["resume", "cancel"];
  const trained = trainedRun(state);
  if (trained === null) return ["train"];
  if (!canGoOn(state)) return ["train"];
  if (isEdited(state)) return ["train", "continue"];
  return run.phase === "paused" || run.phase === "failed" ? ["resume", "again"] : ["again"];
}
