import { useEffect } from "react";
import type { LabStore } from "../lab/state.ts";
import { STUDIES } from "../lab/studies.ts";

/** True where a key press belongs to the focused control. */
function isTaken(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest("dialog, [popover]") !== null) return true;
  return (
    target.closest(
      "input, textarea, select, button, summary, a, [role=tab], [role=grid], [tabindex='0'], [contenteditable]",
    ) !== null
  );
}

/** True where Ctrl + Z belongs to the text that is being typed. */
export function typesText(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest("input:not([type=range], [type=checkbox]), textarea, select") !== null
  );
}

/**
 * Keys of the page. Undo and redo work everywhere but in text fields; single keys only when no control has the focus,
 * and not at all when switched off.
 */
export function useShortcuts(store: LabStore, openHelp: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { undo, redo, start, cancel, set, shortcuts, run } = store.getState();
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "z") {
        if (typesText(event.target)) return;
        event.preventDefault();
        if (event.shiftKey) redo();
        else undo();
        return;
      }
      if (!shortcuts || event.ctrlKey || event.metaKey || event.altKey || isTaken(event.target)) return;
      const study = /^[1-9]$/.test(event.key) ? STUDIES[Number(event.key) - 1] : undefined;
      if (study !== undefined) set({ study: study.id });
      else if (event.key === "r") start();
      else if (event.key === "?") openHelp();
      else if (event.key === "Escape" && (run.phase === "running" || run.phase === "preparing")) cancel();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [store, openHelp]);
}
