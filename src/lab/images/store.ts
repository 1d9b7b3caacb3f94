/** The store of the image page, with undo and redo of the specification. */
import { temporal } from "zundo";
import { createStore } from "zustand/vanilla";
import { parseImageSpec, type ImageChecks } from "../../spec/images/parse.ts";
import type { ImageSpec } from "../../spec/images/types.ts";
import { applyImageLink, applyRepairedImageLink } from "./address.ts";
import { specActions, specHistory } from "../spec-actions.ts";
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
      (set) => ({
        ...data,
        start: () => undefined,
        cancel: () => undefined,
        ...specActions<ImageSpec>({
          storeOf: () => store,
          keyOf: imageSpecKey,
          now,
          parse: (candidate) => parseImageSpec(candidate, checks),
          openLink: (hash) => applyImageLink(store, hash, checks),
          openRepaired: (hash) => applyRepairedImageLink(store, hash, checks),
        }),
        set: (fields) => set(fields),
      }),
      specHistory<ImageLabState>(),
    ),
  );
  return store;
}
