/** The store of the image page, with undo and redo of the specification. */
import { temporal } from "zundo";
import { createStore } from "zustand/vanilla";
import { parseImageSpec, type ImageChecks } from "../../spec/images/parse.ts";
import type { ImageSpec } from "../../spec/images/types.ts";
import { applyImageLink, applyRepairedImageLink } from "./address.ts";
import { withoutKey } from "../address.ts";
import { gestureEditor, UNDO_LIMIT, withNotice } from "../gestures.ts";
import type { ImageLabActions, ImageLabData, ImageLabState, ImageLabStore } from "./state.ts";

/** Canonical text of a spec: parsed specs have their fields in one order. */
export function imageSpecKey(spec: ImageSpec): string {
  return JSON.stringify(spec);
}

/** What the coordinator brings. */
export type ImageServices = Pick<ImageLabActions, "start" | "cancel">;

/** A store that starts from `data`; see `createLabStore`. */
export function createImageStore(
  data: ImageLabData,
  now: () => number,
  checks: ImageChecks = {},
): ImageLabStore {
  const store: ImageLabStore = createStore<ImageLabState>()(
    temporal(
      (set, get) => ({
        ...data,
        start: () => undefined,
        cancel: () => undefined,
        edit: gestureEditor(() => store, imageSpecKey, now),
        propose: (candidate, options) => {
          const parsed = parseImageSpec(candidate, checks);
          if (!parsed.ok) return parsed.problems;
          get().edit(parsed.spec, options);
          return [];
        },
        openLink: (hash) => applyImageLink(store, hash, checks),
        mendLink: (key) => {
          const problem = get().linkProblem;
          if (problem === null) return;
          if (key === null) applyRepairedImageLink(store, problem.hash, checks);
          else applyImageLink(store, withoutKey(problem.hash, key), checks);
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
