/** Finished trainings of studies: those that the browser kept come back when a study is first opened, new ones are kept. */
import type { CellResult } from "../../experiments/training/cells.ts";
import type { KeptCells } from "./kept-cells.ts";
import type { TrainingLabStore } from "./state.ts";

export interface StudyCells {
  /** Brings back what was kept, once; resolves when it is there. */
  load(): Promise<void>;
  /** Shows a finished training, and keeps it. */
  add(cell: CellResult): void;
  /** Takes trainings off the page, to be run again. */
  drop(keys: readonly string[]): void;
  dispose(): void;
}

/** Told once: the page goes on without. */
const REFUSED = {
  id: "cells-unkept",
  tone: "warning",
  text: "This browser keeps no finished trainings (its storage is full or switched off). They stay while the page is open.",
} as const;

/** Watches for the first study. */
export function watchStudyCells(store: TrainingLabStore, kept: KeptCells): StudyCells {
  let loading: Promise<void> | null = null;
  let refused = false;

  function load(): Promise<void> {
    loading ??= kept.all().then((found) => {
      // Those of this page are newer.
      if (found.size > 0) store.setState({ cells: new Map([...found, ...store.getState().cells]) });
    });
    return loading;
  }

  function add(cell: CellResult): void {
    store.setState({ cells: new Map(store.getState().cells).set(cell.key, cell) });
    kept.save(cell).catch(() => {
      if (!refused) store.getState().notify(REFUSED);
      refused = true;
    });
  }

  function drop(keys: readonly string[]): void {
    const cells = new Map(store.getState().cells);
    for (const key of keys) cells.delete(key);
    store.setState({ cells });
  }

  const check = () => {
    if (store.getState().study !== null) void load();
  };
  check();
  return { load, add, drop, dispose: store.subscribe(check) };
}
