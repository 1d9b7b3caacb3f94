import { useCallback } from "react";
import type { ImageLabStore } from "../../lab/images/state.ts";
import { useUndoKeys } from "../use-undo-keys.ts";

/** Undo, redo, and Escape to stop a run. */
export function useImageShortcuts(store: ImageLabStore): void {
  useUndoKeys(
    useCallback(() => {
      const { undo, redo, cancel, run } = store.getState();
      return { undo, redo, stop: run.phase === "running" || run.phase === "preparing" ? cancel : null };
    }, [store]),
  );
}
