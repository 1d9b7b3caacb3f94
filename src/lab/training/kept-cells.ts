/** Finished trainings of studies, kept in the browser's IndexedDB, so that a closed tab loses none. */
import type { CellResult } from "../../experiments/training/cells.ts";
import { openBrowserStore } from "./browser-store.ts";

export interface KeptCells {
  /** All that are kept, by key. Never rejects: what cannot be read is not there. */
  all(): Promise<ReadonlyMap<string, CellResult>>;
  /** Keeps a training; where there are too many, the oldest are let go. Rejects where the browser refuses. */
  save(cell: CellResult): Promise<void>;
}

/** Trainings kept at most, 20 to 50 kB each. */
export const MOST_CELLS = 240;

/** Changes whenever `CellResult` does: trainings of another format are forgotten. */
const FORMAT = 1;
const DATABASE = "etalon.studies";
const STORE = "cells";
const BY_KEY = "key";

interface Stored {
  readonly format: number;
  readonly key: string;
  readonly cell: CellResult;
}

/** Nothing is kept: tests, and browsers without storage, where `save` says so. */
export const noKeptCells: KeptCells = {
  all: () => Promise.resolve(new Map()),
  save: () => Promise.reject(new Error("IndexedDB: the browser has none for this page")),
};

/** Keeps trainings in `factory`, the page's `indexedDB`; at most `most`. */
export function createKeptCells(factory: IDBFactory, most = MOST_CELLS): KeptCells {
  // Numbered in the order in which they came.
  const { ask } = openBrowserStore(factory, DATABASE, STORE, (database) => {
    database.createObjectStore(STORE, { autoIncrement: true }).createIndex(BY_KEY, "key");
  });
  return {
    all: async () => {
      try {
        const found = (await ask("readonly", (store) => store.getAll())) as readonly Stored[];
        return new Map(
          found.filter(({ format }) => format === FORMAT).map(({ key, cell }) => [key, cell] as const),
        );
      } catch {
        return new Map();
      }
    },
    save: async (cell) => {
      const stored: Stored = { format: FORMAT, key: cell.key, cell };
      await ask("readwrite", (store) => {
        const old = store.index(BY_KEY).getKey(cell.key);
        old.onsuccess = () => {
          if (old.result !== undefined) store.delete(old.result);
          store.add(stored);
          const count = store.count();
          count.onsuccess = () => removeFirst(store, count.result - most);
        };
        return old;
      });
    },
  };
}

/** Deletes the oldest `count`. */
function removeFirst(store: IDBObjectStore, count: number): void {
  let left = count;
  const request = store.openKeyCursor();
  request.onsuccess = () => {
    const cursor = request.result;
    if (cursor === null || left-- <= 0) return;
    store.delete(cursor.primaryKey);
    cursor.continue();
  };
}
