import { useCallback } from "react";
import type { TrainingLabStore } from "../../lab/training/state.ts";
import { useUndoKeys } from "../use-undo-keys.ts";

/** Undo, redo, and Escape to pause training. */
export function useTrainingShortcuts(store: TrainingLabStore): void {
  useUndoKeys(
    useCallback(() => {
      const { undo, redo, pause, run } = store.getState();
      const runs = run.phase === "training" || run.phase === "measuring";
      const pretrains = run.phase === "preparing" && run.what === "pretraining";
      return { undo, redo, stop: runs || pretrains ? pause : null };
    }, [store]),
  );
}
