import { useEffect } from "react";
import { typesText } from "./use-shortcuts.ts";

/** What the keys do at the moment they are pressed. */
export interface UndoKeys {
  readonly undo: () => void;
  readonly redo: () => void;
  /** Ends what runs; null where nothing does. */
  readonly stop: (() => void) | null;
}

/**
 * Undo and redo everywhere but in text fields; Escape stops what runs unless something closer takes it. `read` must stay the
 * same function from one drawing to the next.
 */
export function useUndoKeys(read: () => UndoKeys): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { undo, redo, stop } = read();
      if (typesText(event.target)) return;
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "z") {
        event.preventDefault();
        if (event.shiftKey) redo();
        else undo();
        return;
      }
      const taken = document.querySelector("dialog[open], :popover-open") !== null;
      if (event.key === "Escape" && !event.defaultPrevented && !taken) stop?.();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [read]);
}
