/** The state of the training page as it is drawn, and where each field of it lives. */
import type { TemporalState } from "zundo";
import type { StoreApi } from "zustand/vanilla";
import type {
  IterationReport,
  PretrainProgress,
  ScoreError,
  TrainingCheckpoint,
  TrainingEngineInfo,
} from "../../engine/training-engine.ts";
import type { CellResult } from "../../experiments/training/cells.ts";
import type { TrainingStudyId } from "../../experiments/training/study.ts";
import type { Estimate } from "../../measure/estimate.ts";
import type { TrainingSpec } from "../../spec/training/types.ts";
import type { EngineChoice } from "../../engine/engine.ts";
import type { EditOptions, FieldProblem, LinkProblem, Notice, Theme } from "../state.ts";
import type { ShownFindings } from "./findings-file.ts";
import type { PreparedTraining } from "./prepare-messages.ts";
import type { Measurement } from "./measurement.ts";
import type { StoredStudyState } from "./stored-study-file.ts";

/** Where the networks run. */
export type TrainingEngineState =
  | { readonly phase: "starting" }
  | { readonly phase: "ready"; readonly info: TrainingEngineInfo }
  | { readonly phase: "failed"; readonly message: string };

/** Weights that training starts from and is held against. */
export interface ReferenceWeights {
  /** What the weights belong to: law, process and network; see `referenceKey`. */
  readonly key: string;
  readonly origin: "shipped" | "pretrained" | "imported";
  /** Flat, f64. */
  readonly parameters: Float64Array;
  /** Steps of pretraining behind them. */
  readonly steps: number;
  /** Error of their score against the exact one; null until measured. */
  readonly scoreError: readonly ScoreError[] | null;
}

/** How much of the weights has come. */
export interface ArrivedBytes {
  readonly bytes: number;
  /** 0 if nobody says. */
  readonly total: number;
  /** They come from this browser's own store. */
  readonly cached: boolean;
}

/** The pretrained network of the present law. */
export type ReferenceState =
  | { readonly phase: "none" }
  /** `arrived` is null until the first bytes of a file that takes a while. */
  | { readonly phase: "loading"; readonly arrived: ArrivedBytes | null }
  | {
      /** "paused" keeps what there is; going on from it loses nothing. */
      readonly phase: "pretraining" | "paused";
      readonly key: string;
      readonly progress: PretrainProgress | null;
      readonly losses: readonly LossPoint[];
    }
  | { readonly phase: "ready"; readonly weights: ReferenceWeights; readonly losses: readonly LossPoint[] }
  | { readonly phase: "failed"; readonly message: string };

/** The findings that come with the page; they are fetched when their tab is first opened. */
export type FindingsState =
  | { readonly phase: "none" | "loading" }
  | ({ readonly phase: "ready" } & ShownFindings)
  | { readonly phase: "failed"; readonly message: string };

export interface LossPoint {
  readonly step: number;
  readonly loss: number;
}

/** A moment of training that was kept: its weights, and what was measured there. */
export interface RunPoint {
  readonly checkpoint: TrainingCheckpoint;
  /** Null until measured. */
  readonly measurement: Measurement | null;
}

/** One training run, or the part of it after a branch, with the history it inherited. */
export interface TrainingRun {
  /** Later runs have higher ones; unique among all runs that this browser keeps. */
  readonly id: number;
  /** When it began, ms since 1970. */
  readonly began: number;
  /** What it trains on; the present spec may have moved on. */
  readonly spec: TrainingSpec;
  readonly reference: ReferenceWeights;
  readonly parent: { readonly run: number; readonly iteration: number } | null;
  /** By iteration, ascending. */
  readonly reports: readonly IterationReport[];
  /** By iteration, ascending; the first is the start. */
  readonly points: readonly RunPoint[];
  /** The newest weights, at or after the last point. */
  readonly newest: TrainingCheckpoint;
  /** Time spent training, ms, without pauses. */
  readonly wallMs: number;
}

/** What there is to say of a run without its weights. */
export interface RunSummary extends Pick<TrainingRun, "id" | "began" | "spec" | "parent"> {
  /** Of its newest weights. */
  readonly iteration: number;
  /** Of the ODE at the newest measured iteration; null before the first. */
  readonly reward: { readonly iteration: number; readonly estimate: Estimate } | null;
}

/** A run in the browser's store. */
export interface KeptRun extends RunSummary {
  /** Given by the user; null for none. */
  readonly name: string | null;
}

/** What the page is doing. */
export type TrainingPhase =
  | { readonly phase: "idle" }
  | { readonly phase: "preparing"; readonly what: "engine" | "law" | "weights" | "pretraining" | "start" }
  | {
      readonly phase: "training" | "measuring";
      readonly iteration: number;
      readonly iterations: number;
      readonly etaMs: number | null;
    }
  | { readonly phase: "paused"; readonly iteration: number; readonly iterations: number }
  /** Pretraining waits, see `ReferenceState`; 0 of 0 before its first report. */
  | { readonly phase: "pretraining-paused"; readonly step: number; readonly steps: number }
  | { readonly phase: "done"; readonly iteration: number; readonly wallMs: number }
  | { readonly phase: "stopped"; readonly iteration: number }
  | {
      readonly phase: "study";
      /** The training under way, "trained at η = 1, seed 1". */
      readonly label: string;
      /** Share of the study done, 0..1. */
      readonly done: number;
      readonly etaMs: number | null;
    }
  | { readonly phase: "failed"; readonly message: string; readonly problems: readonly FieldProblem[] };

export interface TrainingLabData {
  readonly spec: TrainingSpec;
  readonly theme: Theme;
  readonly seedLocked: boolean;
  /** Open control sections by id; a missing id means its default. */
  readonly sections: Readonly<Record<string, boolean>>;
  readonly embed: boolean;
  readonly engine: TrainingEngineState;
  readonly engineChoice: EngineChoice;
  /** The present spec's law, reward field and plot window; null until worked out. */
  readonly prepared: PreparedTraining | null;
  readonly reference: ReferenceState;
  readonly runs: readonly TrainingRun[];
  /** What this browser keeps of this session and of earlier ones. */
  readonly keptRuns: readonly KeptRun[];
  /** Names that were given in this session, by id; null takes one away. */
  readonly runNames: Readonly<Record<number, string | null>>;
  /** Id of the run that is shown, or null. */
  readonly shown: number | null;
  /** The run that the shown one is held against, as it was when it was chosen; null for none. */
  readonly compared: TrainingRun | null;
  /** Iteration that the views show; null follows the newest measured one. */
  readonly scrub: number | null;
  readonly run: TrainingPhase;
  /** The open study, or null for the run itself. */
  readonly study: TrainingStudyId | null;
  /** True while the findings are shown in place of both. */
  readonly findingsOpen: boolean;
  readonly findings: FindingsState;
  /** Finished trainings of studies, by key; they outlive edits, since the key says what they are. */
  readonly cells: ReadonlyMap<string, CellResult>;
  /** Results that come with the page, of the studies opened so far. */
  readonly storedStudies: Readonly<Partial<Record<TrainingStudyId, StoredStudyState>>>;
  readonly notices: readonly Notice[];
  readonly linkProblem: LinkProblem | null;
}

export const TRAINING_STATE_STORAGE = {
  spec: "url",
  embed: "url",
  study: "url",
  findingsOpen: "url",
  findings: "memory",
  storedStudies: "memory",
  // Kept in IndexedDB as well.
  cells: "memory",
  theme: "localStorage",
  seedLocked: "localStorage",
  sections: "memory",
  engine: "memory",
  engineChoice: "localStorage",
  prepared: "memory",
  reference: "memory",
  // Runs and their names are kept in IndexedDB as well.
  runs: "memory",
  keptRuns: "memory",
  runNames: "memory",
  shown: "memory",
  compared: "memory",
  scrub: "memory",
  run: "memory",
  notices: "memory",
  linkProblem: "memory",
} as const satisfies Record<keyof TrainingLabData, "url" | "localStorage" | "memory">;

export interface TrainingLabActions {
  edit(change: TrainingSpec | ((spec: TrainingSpec) => TrainingSpec), options?: EditOptions): void;
  /** Makes `candidate` the spec if it is valid. Otherwise nothing changes, and the problems come back. */
  propose(candidate: unknown, options?: EditOptions): readonly FieldProblem[];
  undo(): void;
  redo(): void;
  set(fields: Partial<Omit<TrainingLabData, "spec">>): void;
  notify(notice: Notice): void;
  dismiss(id: string): void;
  openLink(hash: string): void;
  /** Leaves the bad parts out of the link that is being explained: one key, or all if null. */
  mendLink(key: string | null): void;
  /** Trains from the pretrained network under the present spec; pretrains it first where there is none. */
  train(): void;
  /** Stops training or pretraining at its newest weights, so that `resume` goes on without loss. */
  pause(): void;
  /** Goes on from the newest weights; under the present spec, as a branch, if it has changed. */
  resume(): void;
  /** Shows a run of the list; its settings become the page's, and undo brings the old ones back. */
  showRun(id: number): void;
  /** Draws a run of the list beside the one that is shown; null for none. */
  compareRun(id: number | null): void;
  /** Deletes a run for good; its branches stay. */
  removeRun(id: number): void;
  /** Names a run; an empty name takes the old one away. */
  nameRun(id: number, name: string): void;
  /** Ends the run where it is; gives up a pretraining. */
  stop(): void;
  /** Goes on from a kept iteration of the shown run under the present spec; where that has not changed, with the next seed. */
  branch(iteration: number): void;
  /**
   * Trains the reference network of the present law on this device, in place of weights that came from elsewhere; goes on
   * with a pretraining that was paused.
   */
  pretrain(): void;
  /** Runs the trainings of the open study that are not finished. */
  runStudy(): void;
  /** Takes the settings of the open study's stored results and runs its trainings here. */
  replayStudy(): void;
  /** Fetches the findings, again if that has failed. */
  loadFindings(): void;
  /** Takes weights from a safetensors file as the reference. Rejects with what is wrong with the file. */
  importWeights(bytes: Uint8Array, name: string): Promise<void>;
  /** The weights of a kept iteration of the shown run as a safetensors file; null for the newest. */
  exportWeights(iteration: number | null): Promise<Uint8Array>;
}

/** What the coordinator and the watcher of findings bring. */
export type TrainingServices = Pick<
  TrainingLabActions,
  | "train"
  | "pause"
  | "resume"
  | "stop"
  | "branch"
  | "showRun"
  | "compareRun"
  | "removeRun"
  | "nameRun"
  | "pretrain"
  | "runStudy"
  | "replayStudy"
  | "loadFindings"
  | "importWeights"
  | "exportWeights"
>;

export type TrainingLabState = TrainingLabData & TrainingLabActions;

export type TrainingLabStore = StoreApi<TrainingLabState> & {
  readonly temporal: StoreApi<TemporalState<Pick<TrainingLabData, "spec">>>;
};
