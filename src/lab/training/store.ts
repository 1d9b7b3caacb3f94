/** The store of the training page, with undo and redo of the specification. */
import { temporal } from "zundo";
import { createStore } from "zustand/vanilla";
import type { TrainingChecks } from "../../spec/training/consistency.ts";
import { parseTrainingSpec } from "../../spec/training/parse.ts";
import type { TrainingSpec } from "../../spec/training/types.ts";
import { specActions, specHistory } from "../spec-actions.ts";
import { applyRepairedTrainingLink, applyTrainingLink } from "./address.ts";
import type { TrainingLabData, TrainingLabState, TrainingLabStore, TrainingServices } from "./state.ts";

/** Canonical text of a spec: parsed specs have their fields in one order. */
export function trainingSpecKey(spec: TrainingSpec): string {
  return JSON.stringify(spec);
}

const NOT_STARTED = "training: the page must have started, but it has not; wait for it";

const idleServices: TrainingServices = {
  train: () => undefined,
  pause: () => undefined,
  resume: () => undefined,
  stop: () => undefined,
  branch: () => undefined,
  showRun: () => undefined,
  compareRun: () => undefined,
  removeRun: () => undefined,
  nameRun: () => undefined,
  pretrain: () => undefined,
  runStudy: () => undefined,
  replayStudy: () => undefined,
  loadFindings: () => undefined,
  importWeights: () => Promise.reject(new Error(NOT_STARTED)),
  exportWeights: () => Promise.reject(new Error(NOT_STARTED)),
};

/** A store that starts from `data`; `now` is in ms, see `createLabStore`. */
export function createTrainingStore(
  data: TrainingLabData,
  now: () => number,
  checks: TrainingChecks = {},
): TrainingLabStore {
  const store: TrainingLabStore = createStore<TrainingLabState>()(
    temporal(
      (set) => ({
        ...data,
        ...idleServices,
        ...specActions<TrainingSpec>({
          storeOf: () => store,
          keyOf: trainingSpecKey,
          now,
          parse: (candidate) => parseTrainingSpec(candidate, checks),
          openLink: (hash) => applyTrainingLink(store, hash, checks),
          openRepaired: (hash) => applyRepairedTrainingLink(store, hash, checks),
        }),
        set: (fields) => set(fields),
      }),
      specHistory<TrainingLabState>(),
    ),
  );
  return store;
}
