/** The state of a training from scratch on the image page, and what can be done with it. Nothing of it is in the link. */
import { createStore, type StoreApi } from "zustand/vanilla";
import {
  SCRATCH_LIMITS,
  SCRATCH_PROMPTS,
  type ScratchEvent,
  type ScratchFiles,
  type ScratchMean,
  type ScratchResult,
  type ScratchSettings,
  type ScratchTraining,
  type StartScratch,
} from "../../engine/scratch-training.ts";
import type { LineChartData, MeasuredPoint } from "../../measure/series.ts";
import { isAbort, messageOf } from "../abort.ts";
import { toPixels } from "./pixels.ts";

export type ScratchPhase = "idle" | "starting" | "running" | "paused" | "ending" | "ended" | "failed";

/** The files chosen so far, by what they are. */
export interface ChosenFiles {
  readonly pixels: File | null;
  readonly labels: File | null;
  readonly sha256: File | null;
}

export interface ScratchPoint {
  readonly step: number;
  readonly mean: ScratchMean;
}

export interface ScratchSamples {
  readonly step: number;
  readonly count: number;
  /** RGBA bytes [count, 32, 32, 4]. */
  readonly pixels: Uint8ClampedArray;
}

export interface ScratchData {
  readonly settings: ScratchSettings;
  readonly files: ChosenFiles;
  /** What is wrong with the files or with a setting, or null. */
  readonly problem: string | null;
  readonly phase: ScratchPhase;
  /** Why the training failed, or null. */
  readonly failure: string | null;
  readonly started: Extract<ScratchEvent, { kind: "started" }> | null;
  readonly progress: Extract<ScratchEvent, { kind: "progress" }> | null;
  readonly losses: readonly ScratchPoint[];
  readonly validation: readonly ScratchPoint[];
  readonly samples: ScratchSamples | null;
}

export interface ScratchActions {
  /** Sorts chosen files by their names; what is missing or unknown becomes `problem`. */
  choose(files: readonly File[]): void;
  /** Changes a setting; returns what is wrong with it, or null. */
  change(settings: Partial<ScratchSettings>): string | null;
  start(): void;
  pause(): void;
  resume(): void;
  /** Ends the training; its weights stay. */
  stop(): void;
  /** The averaged weights as they are now. Rejects where there is no training. */
  weights(): Promise<ScratchResult>;
}

export type ScratchState = ScratchData & ScratchActions;
export type ScratchStore = StoreApi<ScratchState>;

const SETTINGS: ScratchSettings = {
  size: "small",
  device: "auto",
  minutes: 30,
  steps: null,
  batch: 64,
  seed: 1,
  sampleEvery: 100,
};

/** More points than a chart shows: then every second one goes. */
const MOST_POINTS = 400;

/** A store whose trainings `start` runs. */
export function createScratchStore(start: StartScratch): ScratchStore {
  let training: ScratchTraining | null = null;
  return createStore<ScratchState>()((set, get) => ({
    ...fresh(),
    settings: SETTINGS,
    files: { pixels: null, labels: null, sha256: null },
    problem: null,
    choose: (files) => set(chosen(get().files, files)),
    change: (settings) => {
      const next = { ...get().settings, ...settings };
      const fault = settingsFault(next);
      if (fault === null) set({ settings: next });
      return fault;
    },
    start: () => {
      const files = readyFiles(get().files);
      if (files === null) return set({ problem: MISSING });
      training?.dispose();
      set({ ...fresh(), phase: "starting", problem: null });
      const own = start(files, get().settings, (event) => {
        if (training === own) set(afterEvent(get(), event));
      });
      training = own;
      own.finished.then(
        () => training === own && set({ phase: "ended" }),
        (error: unknown) =>
          training === own && !isAbort(error) && set({ phase: "failed", failure: messageOf(error) }),
      );
    },
    pause: () => {
      training?.pause();
      set({ phase: "paused" });
    },
    resume: () => {
      training?.resume();
      set({ phase: "running" });
    },
    stop: () => {
      training?.stop();
      set({ phase: "ending" });
    },
    weights: () => {
      if (training === null) return Promise.reject(new Error("training: must have started, has not"));
      return training.weights();
    },
  }));
}

function fresh() {
  return {
    phase: "idle",
    failure: null,
    started: null,
    progress: null,
    losses: [],
    validation: [],
    samples: null,
  } as const satisfies Partial<ScratchData>;
}

const MISSING =
  "Choose glyphs.bin and glyphs.json (and sha256, to check them) of the folder that `npm run train -- data` wrote.";

/** Files by name, added to those chosen before. */
function chosen(before: ChosenFiles, files: readonly File[]): Pick<ScratchData, "files" | "problem"> {
  const named = (name: string) => files.find((file) => file.name === name);
  const next = {
    pixels: named("glyphs.bin") ?? before.pixels,
    labels: named("glyphs.json") ?? before.labels,
    sha256: named("sha256") ?? before.sha256,
  };
  const problem = next.pixels === null || next.labels === null ? MISSING : null;
  return { files: next, problem };
}

function readyFiles({ pixels, labels, sha256 }: ChosenFiles): ScratchFiles | null {
  return pixels === null || labels === null ? null : { pixels, labels, sha256 };
}

function settingsFault(settings: ScratchSettings): string | null {
  for (const name of ["minutes", "batch", "seed", "sampleEvery"] as const) {
    const { min, max } = SCRATCH_LIMITS[name];
    const value = settings[name];
    if (!(value >= min && value <= max)) return `Must be ${min} to ${max}, got ${value}.`;
    if (name !== "minutes" && !Number.isInteger(value)) return `Must be a whole number, got ${value}.`;
  }
  return null;
}

/** What an event changes. A paused training may still report the step that it was in. */
export function afterEvent(state: ScratchData, event: ScratchEvent): Partial<ScratchData> {
  if (event.kind === "started")
    return { started: event, phase: state.phase === "starting" ? "running" : state.phase };
  if (event.kind === "progress")
    return { progress: event, losses: added(state.losses, { step: event.step, mean: event.loss }) };
  return {
    samples: { step: event.step, count: SCRATCH_PROMPTS.length, pixels: toPixels(event.images) },
    validation: added(state.validation, { step: event.step, mean: event.validation }),
  };
}

function added(points: readonly ScratchPoint[], point: ScratchPoint): readonly ScratchPoint[] {
  const all = [...points, point];
  return all.length <= MOST_POINTS ? all : all.filter((_, i) => i % 2 === 1);
}

/** The chart of both losses; null before the first. */
export function scratchChart({
  losses,
  validation,
}: Pick<ScratchData, "losses" | "validation">): LineChartData | null {
  const last = losses.at(-1);
  if (last === undefined) return null;
  const points = (list: readonly ScratchPoint[]): MeasuredPoint[] =>
    list.filter(({ mean }) => mean.n > 1).map(({ step, mean }) => ({ x: step, estimate: mean }));
  return {
    chart: "line",
    id: "scratch-loss",
    title: "Loss of the training from scratch",
    x: { label: "Step", symbol: "", scale: "linear" },
    y: { label: "Loss", symbol: "", scale: "log" },
    series: [
      {
        role: "measured",
        id: "train",
        label: "Batches, mean of the steps between reports",
        hue: "sde",
        points: points(losses),
      },
      {
        role: "measured",
        id: "validation",
        label: "Averaged weights, families not trained on",
        hue: "ode",
        points: points(validation),
      },
    ],
    summary: `After ${last.step} steps the loss is ${last.mean.value.toPrecision(3)} (n = ${last.mean.n} steps).`,
    notes: [
      "|x̂₀ − x₀|² / max(t, 0.15)² per number; intervals over the steps of a point, and over its images.",
    ],
  };
}
