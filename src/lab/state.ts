/** The state of the lab as the page sees it, and where each field of it lives. */
import type { TemporalState } from "zundo";
import type { StoreApi } from "zustand/vanilla";
import type { Engine, EngineChoice, EngineInfo, RecordJob, Recording, RunControl } from "../engine/engine.ts";
import type { ExperimentResult } from "../experiments/cells.ts";
import type { PlaneChoice, ViewData } from "../experiments/views.ts";
import type { ChartData } from "../measure/series.ts";
import type { ExperimentSpec } from "../spec/types.ts";
import type { StudyId } from "./studies.ts";

/** One thing wrong with a specification: the field path ("evaluation.seed") and a sentence. */
export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

/** Progress of the run of the open study. `done` 0..1; etaMs is null until it can be told. */
export type RunState =
  | { readonly phase: "idle" }
  | { readonly phase: "preparing" }
  | {
      readonly phase: "running";
      readonly stage: "preview" | "full";
      readonly done: number;
      readonly etaMs: number | null;
    }
  | { readonly phase: "done"; readonly wallMs: number; readonly particles: number }
  | { readonly phase: "cancelled" }
  | { readonly phase: "failed"; readonly message: string; readonly problems: readonly FieldProblem[] };

/** Charts of one study. `stage` says how finished the measured part is; `source` says for what they were made. */
export interface StudyCharts {
  /** Canonical JSON of the spec behind these charts. */
  readonly specKey: string;
  readonly charts: readonly ChartData[];
  readonly stage: "stored" | "theory" | "preview" | "full";
  /** Particles behind the measured points; 0 if there are none. */
  readonly particles: number;
  /** Engine that measured, null for theory and for stored results. */
  readonly engine: EngineInfo | null;
  /** Sentence that says why the study has no charts for this spec, or null. */
  readonly refusal: string | null;
}

export type { EngineChoice };

/** The engine in use and why it is that one. */
export type EngineState =
  | { readonly phase: "starting" }
  | { readonly phase: "ready"; readonly info: EngineInfo; readonly reason: string }
  | { readonly phase: "failed"; readonly message: string };

/** A message to the user that stays until dismissed. Same id replaces. */
export interface Notice {
  readonly id: string;
  readonly tone: "info" | "warning" | "error";
  readonly text: string;
}

/** A link that could not be read: the user's text is kept until it is mended or left. */
export interface LinkProblem {
  readonly hash: string;
  /** `key` is the part of the link to leave out for its default, if one part is at fault. */
  readonly problems: readonly (FieldProblem & {
    readonly key: string | null;
    /** What the reader of a link knows the field by; the field if left out. */
    readonly typed?: string;
  })[];
}

export type Theme = "system" | "light" | "dark";

export interface LabData {
  readonly spec: ExperimentSpec;
  readonly study: StudyId;
  /** Hides the header for use inside another page. */
  readonly embed: boolean;
  readonly theme: Theme;
  readonly engineChoice: EngineChoice;
  /** False: edits do not start runs; the user presses Run. */
  readonly live: boolean;
  /** True: the dice leaves the seed as it is and presets keep it. */
  readonly seedLocked: boolean;
  /** False: single-key shortcuts are off. */
  readonly shortcuts: boolean;
  /** Open control sections by id; a missing id means its default. */
  readonly sections: Readonly<Record<string, boolean>>;
  readonly run: RunState;
  readonly charts: Readonly<Partial<Record<StudyId, StudyCharts>>>;
  readonly engine: EngineState;
  readonly notices: readonly Notice[];
  readonly linkProblem: LinkProblem | null;
}

export type Storage = "url" | "localStorage" | "memory";

/** Where every field lives. Anything that can change a number is in the link. */
export const STATE_STORAGE = {
  spec: "url",
  study: "url",
  embed: "url",
  theme: "localStorage",
  engineChoice: "localStorage",
  live: "localStorage",
  seedLocked: "localStorage",
  shortcuts: "localStorage",
  sections: "localStorage",
  run: "memory",
  charts: "memory",
  engine: "memory",
  notices: "memory",
  linkProblem: "memory",
} as const satisfies Record<keyof LabData, Storage>;

/** Names of the fields that live in `where`. */
export type StoredIn<W extends Storage> = {
  [K in keyof typeof STATE_STORAGE]: (typeof STATE_STORAGE)[K] extends W ? K : never;
}[keyof typeof STATE_STORAGE];

export interface EditOptions {
  /** Edits with the same gesture, close in time, become one step of undo. */
  readonly gesture?: string;
}

export interface LabActions {
  /** Replaces the spec; a function gets the present one. */
  edit(change: ExperimentSpec | ((spec: ExperimentSpec) => ExperimentSpec), options?: EditOptions): void;
  /** Makes `candidate` the spec if it is valid, rounded if it would not fit a link. Otherwise nothing changes, and the problems come back. */
  propose(candidate: unknown, options?: EditOptions): readonly FieldProblem[];
  undo(): void;
  redo(): void;
  /** Changes fields that no number depends on. */
  set(fields: Partial<Omit<LabData, "spec">>): void;
  notify(notice: Notice): void;
  dismiss(id: string): void;
  /** Starts (again) the run of the open study. */
  start(): void;
  /** Stops the run within 200 ms; finished points stay. */
  cancel(): void;
  /** Trajectories for the views, on the engine in use. Rejects with AbortError when cancelled or when the engine changes. */
  record(job: RecordJob, control?: RunControl): Promise<Recording>;
  /**
   * What the views draw for the present spec, worked out in a worker. plane null: the view's own choice. Rejects with
   * PrepareError where the spec allows no view, with AbortError when cancelled.
   */
  prepareViews(plane: PlaneChoice | null, signal: AbortSignal): Promise<ViewData>;
  /** Opens a link: its text after "#". A bad one is explained and the spec stays. */
  openLink(hash: string): void;
  /** Leaves the bad parts out of the link that is being explained: one key, or all if null. */
  mendLink(key: string | null): void;
  /** The result file of the present spec: all cells measured, with the charts that are on the page for it. */
  result(signal: AbortSignal): Promise<ExperimentResult>;
  /** Runs `work` on the engine in use. */
  withEngine<T>(work: (engine: Engine) => Promise<T>): Promise<T>;
}

export type LabState = LabData & LabActions;

/** What undo restores. */
export type UndoSlice = Pick<LabData, "spec">;

/** The store, with `temporal` holding the past and future of the spec. */
export type LabStore = StoreApi<LabState> & { readonly temporal: StoreApi<TemporalState<UndoSlice>> };

/** Actions that need an engine; the coordinator brings them. */
export type Services = Pick<
  LabActions,
  "start" | "cancel" | "record" | "prepareViews" | "result" | "withEngine"
>;
