/** The lab's store: zustand without React, with undo and redo of the specification by zundo. */
import { temporal } from "zundo";
import { createStore } from "zustand/vanilla";
import { formatLink } from "../spec/link.ts";
import { parseSpec, type OutsideChecks } from "../spec/parse.ts";
import { roundForLink } from "../spec/round.ts";
import { gestureEditor, UNDO_LIMIT, withNotice } from "./gestures.ts";
import type { ExperimentSpec } from "../spec/types.ts";
import { applyLink, applyRepaired, withoutKey } from "./address.ts";
import type { LabData, LabState, LabStore, Services, UndoSlice } from "./state.ts";

export type { LabStore } from "./state.ts";

/** Canonical text of a spec: equal specs have equal keys whatever the order of their properties. */
export function specKey(spec: ExperimentSpec): string {
  return JSON.stringify(spec, (_key, value: unknown) =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : value,
  );
}

/**
 * A store that starts from `data`. `now` tells the time in ms (edits of one gesture less than 0.9 s apart form one
 * undo step), `checks` know what is wrong with a formula. Services may be replaced later with `attachServices`.
 */
export function createLabStore(data: LabData, now: () => number, checks: OutsideChecks = {}): LabStore {
  const store: LabStore = createStore<LabState>()(
    temporal(
      (set, get) => ({
        ...data,
        ...idleServices,
        edit: gestureEditor(() => store, specKey, now),
        propose: (candidate, options) => {
          const parsed = parseSpec(candidate, checks);
          if (!parsed.ok) return parsed.problems;
          get().edit(shortEnough(parsed.spec), options);
          return [];
        },
        openLink: (hash) => applyLink(store, hash, checks),
        mendLink: (key) => {
          const problem = get().linkProblem;
          if (problem === null) return;
          if (key === null) applyRepaired(store, problem.hash, checks);
          else applyLink(store, withoutKey(problem.hash, key), checks);
        },
        undo: () => store.temporal.getState().undo(),
        redo: () => store.temporal.getState().redo(),
        set: (fields) => set(fields),
        notify: (notice) => set({ notices: withNotice(get().notices, notice) }),
        dismiss: (id) => set({ notices: get().notices.filter((notice) => notice.id !== id) }),
      }),
      {
        partialize: (state): UndoSlice => ({ spec: state.spec }),
        equality: (past, current) => past.spec === current.spec,
        limit: UNDO_LIMIT,
      },
    ),
  );
  return store;
}

/** Gives the store its engine-backed actions. */
export function attachServices(store: LabStore, services: Services): void {
  store.temporal.getState().pause();
  store.setState(services);
  store.temporal.getState().resume();
}

/** The spec, or a rounded one where a link could not hold it; raw points stay, and the page says they fit no link. */
function shortEnough(spec: ExperimentSpec): ExperimentSpec {
  try {
    formatLink(spec);
    return spec;
  } catch {
    return roundForLink(spec);
  }
}

const idleServices: Services = {
  start: () => undefined,
  cancel: () => undefined,
  record: () => Promise.reject(new Error("record: the lab must have started, got none; wait for it")),
  prepareViews: () =>
    Promise.reject(new Error("prepareViews: the lab must have started, got none; wait for it")),
  result: () => Promise.reject(new Error("result: the lab must have started, got none; wait for it")),
  withEngine: () => Promise.reject(new Error("withEngine: the lab must have started, got none; wait for it")),
};
