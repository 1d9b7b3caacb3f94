/** The store of the training page, with undo and redo of the specification. */
import { temporal } from "zundo";
import { createStore } from "zustand/vanilla";
import type { TrainingChecks } from "../../spec/training/consistency.ts";
import { parseTrainingSpec } from "../../spec/training/parse.ts";
import type { TrainingSpec } from "../../spec/training/types.ts";
import { withoutKey } from "../address.ts";
import { gestureEditor, UNDO_LIMIT, withNotice } from "../gestures.ts";
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
      (set, get) => ({
        ...data,
        ...idleServices,
        edit: gestureEditor(() => store, trainingSpecKey, now),
        propose: (candidate, options) => {
          const parsed = parseTrainingSpec(candidate, checks);
          if (!parsed.ok) return parsed.problems;
          get().edit(parsed.spec, options);
          return [];
        },
        openLink: (hash) => applyTrainingLink(store, hash, checks),
        mendLink: (key) => {
          const problem = get().linkProblem;
          if (problem === null) return;
          if (key === null) applyRepairedTrainingLink(store, problem.hash, checks);
          else applyTrainingLink(store, withoutKey(problem.hash, key), checks);
        },
        undo: () => store.temporal.getState().undo(),
        redo: () => store.temporal.getState().redo(),
        set: (fields) => set(fields),
        notify: (notice) => set({ notices: withNotice(get().notices, notice) }),
        dismiss: (id) => set({ notices: get().notices.filter((notice) => notice.id !== id) }),
      }),
      {
        partialize: (state) => ({ spec: state.spec }),
        equality: (past, current) => past.spec === current.spec,
        limit: UNDO_LIMIT,
      },
    ),
  );
  return store;
}
