import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { ImageLabState, ImageLabStore } from "../../lab/images/state.ts";
import type { ImageSpec } from "../../spec/images/types.ts";
import { useProposing } from "../lab-context.ts";

/** The store of the image page, for all components below. */
export const ImageContext = createContext<ImageLabStore | null>(null);

/** The store itself, for event handlers. */
export function useImageStore(): ImageLabStore {
  const store = useContext(ImageContext);
  if (store === null)
    throw new Error("useImageStore: must be used inside ImageContext, got none; this is a bug");
  return store;
}

/** A part of the state; the component renders again when that part changes. */
export function useImages<T>(select: (state: ImageLabState) => T): T {
  return useStore(useImageStore(), select);
}

/** Tries a change of the spec. Returns what is wrong with it, in a sentence, or null when it was taken. */
export type ProposeImages = (change: (spec: ImageSpec) => unknown, field: string) => string | null;

/** A `ProposeImages` whose edits of one field, close in time, are one step of undo. */
export function useImagePropose(): ProposeImages {
  return useProposing(useImageStore());
}
