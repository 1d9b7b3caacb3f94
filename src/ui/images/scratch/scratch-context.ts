import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { ScratchState, ScratchStore } from "../../../lab/images/scratch.ts";

/** The store of the training from scratch; null where the page offers none. */
export const ScratchContext = createContext<ScratchStore | null>(null);

/** The store itself, for event handlers. */
export function useScratchStore(): ScratchStore {
  const store = useContext(ScratchContext);
  if (store === null)
    throw new Error("useScratchStore: must be used inside ScratchContext, got none; this is a bug");
  return store;
}

/** A part of the state; the component renders again when that part changes. */
export function useScratch<T>(select: (state: ScratchState) => T): T {
  return useStore(useScratchStore(), select);
}
