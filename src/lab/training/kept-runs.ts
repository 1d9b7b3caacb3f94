/** The newest unfinished run, kept in the browser's IndexedDB, so that a closed tab can go on. */
import { openBrowserStore } from "./browser-store.ts";
import { runKey } from "./keys.ts";
import type { TrainingRun } from "./state.ts";

export interface KeptRuns {
  /** Keeps the run in place of any other. Never rejects: without storage the run lives as long as the page. */
  save(run: TrainingRun): Promise<void>;
  /** The kept run if it has this key, see `runKey`; null if there is none. Never rejects. */
  find(key: string): Promise<TrainingRun | null>;
  forget(): Promise<void>;
}

/** Changes whenever `TrainingRun` does: runs of another format are forgotten. */
const FORMAT = 1;
const DATABASE = "etalon.training";
const STORE = "runs";
const NEWEST = "newest";

interface Stored {
  readonly format: number;
  readonly key: string;
  readonly run: TrainingRun;
}

/** Nothing is kept: tests, and browsers without storage. */
export const noKeptRuns: KeptRuns = {
  save: () => Promise.resolve(),
  find: () => Promise.resolve(null),
  forget: () => Promise.resolve(),
};

/** Keeps runs in `factory`, the page's `indexedDB`. */
export function createKeptRuns(factory: IDBFactory): KeptRuns {
  const { ask } = openBrowserStore(factory, DATABASE, STORE);
  return {
    save: async (run) => {
      const stored: Stored = { format: FORMAT, key: runKey(run.spec), run: lightened(run) };
      try {
        await ask("readwrite", (store) => store.put(stored, NEWEST));
      } catch {
        // Private windows and full disks refuse.
      }
    },
    find: async (key) => {
      try {
        const stored = (await ask("readonly", (store) => store.get(NEWEST))) as Stored | undefined;
        return stored?.format === FORMAT && stored.key === key ? stored.run : null;
      } catch {
        return null;
      }
    },
    forget: async () => {
      try {
        await ask("readwrite", (store) => store.delete(NEWEST));
      } catch {
        // Then there was nothing to forget.
      }
    },
  };
}

/**
 * The run without the optimiser's memory of its earlier points, two thirds of their size: a branch from one of them after a
 * reload starts the optimiser afresh.
 */
export function lightened(run: TrainingRun): TrainingRun {
  const last = run.points.length - 1;
  const points = run.points.map((point, i) =>
    i === last ? point : { ...point, checkpoint: { ...point.checkpoint, memory: {} } },
  );
  return { ...run, points };
}
