/** The lab's store: zustand without React, with undo and redo of the specification by zundo. */
import { temporal } from "zundo";
import { createStore } from "zustand/vanilla";
import { formatLink } from "../spec/link.ts";
import { parseSpec, type OutsideChecks } from "../spec/parse.ts";
import { roundForLink } from "../spec/round.ts";
import { specActions, specHistory } from "./spec-actions.ts";
import type { ExperimentSpec } from "../spec/types.ts";
import { applyLink, applyRepaired } from "./address.ts";
import type { LabData, LabState, LabStore, Services } from "./state.ts";

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
      (set) => ({
        ...data,
        ...idleServices,
        ...specActions<ExperimentSpec>({
          storeOf: () => store,
          keyOf: specKey,
          now,
          parse: (candidate) => {
            const parsed = parseSpec(candidate, checks);
            return parsed.ok ? { ok: true, spec: shortEnough(parsed.spec) } : parsed;
          },
          openLink: (hash) => applyLink(store, hash, checks),
          openRepaired: (hash) => applyRepaired(store, hash, checks),
        }),
        set: (fields) => set(fields),
      }),
      specHistory<LabState>(),
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
