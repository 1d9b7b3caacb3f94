import { useEffect } from "react";
import type { ImageLabStore } from "../../lab/images/state.ts";
import { typesText } from "../use-shortcuts.ts";

/** Undo and redo everywhere but in text fields; Escape stops a run unless something closer takes it. */
export function useImageShortcuts(store: ImageLabStore): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { undo, redo, cancel, run } = store.getState();
      if (typesText(event.target)) return;
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "z") {
        event.preventDefault();
        if (event.shiftKey) redo();
        else undo();
        return;
      }
      const taken = document.querySelector("dialog[open], :popover-open") !== null;
      const busy = run.phase === "running" || run.phase === "preparing";
      if (event.key === "Escape" && !event.defaultPrevented && busy && !taken) cancel();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [store]);
}
