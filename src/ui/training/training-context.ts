import { createContext, useCallback, useContext } from "react";
import { useStore } from "zustand";
import { isComparable } from "../../lab/training/run-charts.ts";
import { isFresh, pointAt } from "../../lab/training/runs.ts";
import type {
  TrainingLabData,
  TrainingLabState,
  TrainingLabStore,
  TrainingRun,
} from "../../lab/training/state.ts";
import {
  isImageTraining,
  type AlgorithmKind,
  type ImageTrainingSpec,
  type PointTrainingSpec,
  type TrainingSpec,
} from "../../spec/training/types.ts";
import { useProposing } from "../lab-context.ts";

/** The store of the training page, for all components below. */
export const TrainingContext = createContext<TrainingLabStore | null>(null);

/** The store itself, for event handlers. */
export function useTrainingStore(): TrainingLabStore {
  const store = useContext(TrainingContext);
  if (store === null)
    throw new Error("useTrainingStore: must be used inside TrainingContext, got none; this is a bug");
  return store;
}

/** A part of the state; the component renders again when that part changes. */
export function useTraining<T>(select: (state: TrainingLabState) => T): T {
  return useStore(useTrainingStore(), select);
}

/** Tries a change of the spec. Returns what is wrong with it, in a sentence, or null when it was taken. */
export type ProposeTraining = (change: (spec: TrainingSpec) => unknown, field: string) => string | null;

/** A `ProposeTraining` whose edits of one field, close in time, are one step of undo. */
export function useTrainingPropose(): ProposeTraining {
  return useProposing(useTrainingStore());
}

function pointsOf(spec: TrainingSpec): PointTrainingSpec {
  if (isImageTraining(spec)) throw new Error("usePoints: must be used for points, got glyphs; this is a bug");
  return spec;
}

function imagesOf(spec: TrainingSpec): ImageTrainingSpec {
  if (!isImageTraining(spec))
    throw new Error("useGlyphs: must be used for glyphs, got points; this is a bug");
  return spec;
}

/** A part of the spec in components that are drawn for points alone. */
export function usePoints<T>(select: (spec: PointTrainingSpec) => T): T {
  return useTraining(({ spec }) => select(pointsOf(spec)));
}

/** A part of the spec in components that are drawn for the glyph model alone. */
export function useGlyphs<T>(select: (spec: ImageTrainingSpec) => T): T {
  return useTraining(({ spec }) => select(imagesOf(spec)));
}

/** Tries a change of a spec of points. */
export function usePointsPropose(): (
  change: (spec: PointTrainingSpec) => unknown,
  field: string,
) => string | null {
  const propose = useTrainingPropose();
  return useCallback((change, field) => propose((spec) => change(pointsOf(spec)), field), [propose]);
}

/** Tries a change of a spec of the glyph model. */
export function useGlyphsPropose(): (
  change: (spec: ImageTrainingSpec) => unknown,
  field: string,
) => string | null {
  const propose = useTrainingPropose();
  return useCallback((change, field) => propose((spec) => change(imagesOf(spec)), field), [propose]);
}

/** The run on the screen. */
export function shownRun({ runs, shown }: Pick<TrainingLabData, "runs" | "shown">): TrainingRun | null {
  return runs.find(({ id }) => id === shown) ?? null;
}

/** The run on the screen, if it has been trained at all. */
export function trainedRun(state: Pick<TrainingLabData, "runs" | "shown">): TrainingRun | null {
  const run = shownRun(state);
  return run === null || isFresh(run) ? null : run;
}

/** The iteration whose samples are shown, where that is not the newest measured one; null there. */
export function scrubbedIteration(state: Pick<TrainingLabData, "runs" | "shown" | "scrub">): number | null {
  const run = shownRun(state);
  if (run === null || state.scrub === null) return null;
  const at = pointAt(run, state.scrub)?.checkpoint.iteration ?? null;
  return at === pointAt(run, null)?.checkpoint.iteration ? null : at;
}

/** The run to draw beside the one on the screen; null for none, and where the two cannot be held against each other. */
export function comparedRun(state: Pick<TrainingLabData, "runs" | "shown" | "compared">): TrainingRun | null {
  const { compared, runs } = state;
  const run = shownRun(state);
  if (run === null || compared === null || compared.id === run.id) return null;
  // It may have been trained on since.
  return isComparable(run.spec, compared.spec)
    ? (runs.find(({ id }) => id === compared.id) ?? compared)
    : null;
}

/** The tabs of the right column. */
export type TrainingTab = "run" | "studies" | "findings";

export function openTab({
  study,
  findingsOpen,
}: Pick<TrainingLabData, "study" | "findingsOpen">): TrainingTab {
  if (findingsOpen) return "findings";
  return study === null ? "run" : "studies";
}

/** An algorithm as a reader meets it; see the cards beside the algorithms. */
export interface CardWords {
  readonly title: string;
  readonly summary: string;
  /** Key of the bibliography, or null. */
  readonly paper: string | null;
  readonly defaults: readonly string[];
  readonly deviations: readonly string[];
}

/** Fetches the card of an algorithm; the page knows where they are. */
export const CardsContext = createContext<((kind: AlgorithmKind) => Promise<CardWords>) | null>(null);
