import { useEffect } from "react";
import type { TrainingLabStore } from "../../lab/training/state.ts";
import { typesText } from "../use-shortcuts.ts";

/** Undo and redo everywhere but in text fields; Escape pauses training unless something closer takes it. */
export function useTrainingShortcuts(store: TrainingLabStore): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { undo, redo, pause, run } = store.getState();
      if (typesText(event.target)) return;
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "z") {
        event.preventDefault();
        if (event.shiftKey) redo();
        else undo();
        return;
      }
      const taken = document.querySelector("dialog[open], :popover-open") !== null;
      const busy = run.phase === "training" || run.phase === "measuring";
      if (event.key === "Escape" && !event.defaultPrevented && busy && !taken) pause();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [store]);
}
