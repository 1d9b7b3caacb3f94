/** Training runs kept in the browser's IndexedDB, so that a closed tab loses none: each whole, and beside it what lists say of it. */
import { openBrowserStore } from "./browser-store.ts";
import { summaryOf } from "./run-list.ts";
import type { KeptRun, TrainingRun } from "./state.ts";

export interface KeptRuns {
  /**
   * Keeps the run in place of its earlier state; where there are too many, the oldest are let go. False where the browser
   * refuses: then the run lives as long as the page. Never rejects.
   */
  save(run: TrainingRun, name: string | null): Promise<boolean>;
  /** All that are kept, oldest first. Never rejects: what cannot be read is not there. */
  all(): Promise<readonly KeptRun[]>;
  /** The run whole; null where it is not kept. Never rejects. */
  find(id: number): Promise<TrainingRun | null>;
  rename(id: number, name: string | null): Promise<void>;
  remove(id: number): Promise<void>;
}

/** Runs kept at most; one with all its moments takes tens of MB. */
export const MOST_KEPT_RUNS = 12;

/** Changes whenever `TrainingRun` or `KeptRun` does: runs of another format are forgotten. */
const FORMAT = 2;
const DATABASE = "etalon.training";
const STORE = "runs";
/** Earlier versions kept one run, under this key. */
const OLD_KEY = "newest";

interface Told {
  readonly format: number;
  readonly run: KeptRun;
}

const toldKey = (id: number) => ["told", id];
const wholeKey = (id: number) => ["whole", id];

/** Nothing is kept: tests, and browsers without storage. */
export const noKeptRuns: KeptRuns = {
  save: () => Promise.resolve(false),
  all: () => Promise.resolve([]),
  find: () => Promise.resolve(null),
  rename: () => Promise.resolve(),
  remove: () => Promise.resolve(),
};

/** Keeps runs in `factory`, the page's `indexedDB`; at most `most`. */
export function createKeptRuns(factory: IDBFactory, most = MOST_KEPT_RUNS): KeptRuns {
  const { ask } = openBrowserStore(factory, DATABASE, STORE);
  // Private windows and full disks refuse.
  const or = async <T>(otherwise: T, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch {
      return otherwise;
    }
  };
  return {
    save: (run, name) =>
      or(false, async () => {
        const told: Told = { format: FORMAT, run: { ...summaryOf(run), name } };
        await ask("readwrite", (store) => {
          store.delete(OLD_KEY);
          store.put(lightened(run), wholeKey(run.id));
          store.put(told, toldKey(run.id));
          return letGo(store, run.id, most);
        });
        return true;
      }),
    all: () =>
      or([], async () => {
        const found = (await ask("readonly", (store) => store.getAll(everyTold()))) as readonly Told[];
        return found.filter(({ format }) => format === FORMAT).map(({ run }) => run);
      }),
    find: (id) =>
      or(null, async () => {
        const run = (await ask("readonly", (store) => store.get(wholeKey(id)))) as TrainingRun | undefined;
        return run ?? null;
      }),
    rename: (id, name) =>
      or(undefined, async () => {
        await ask("readwrite", (store) => {
          const old = store.get(toldKey(id)) as IDBRequest<Told | undefined>;
          old.onsuccess = () => {
            if (old.result === undefined) return;
            store.put({ ...old.result, run: { ...old.result.run, name } }, toldKey(id));
          };
          return old;
        });
      }),
    remove: (id) =>
      or(undefined, async () => {
        await ask("readwrite", (store) => {
          store.delete(wholeKey(id));
          return store.delete(toldKey(id));
        });
      }),
  };
}

/** Keys of all summaries: an array stands after every number. */
function everyTold(): IDBKeyRange {
  return IDBKeyRange.bound(["told"], ["told", []]);
}

/** Deletes the oldest runs beyond `most`, but never `newest`. */
function letGo(store: IDBObjectStore, newest: number, most: number): IDBRequest {
  const request = store.getAllKeys(everyTold());
  request.onsuccess = () => {
    const ids = request.result.map((key) => (key as [string, number])[1]);
    const others = ids.filter((id) => id !== newest);
    for (const id of others.slice(0, Math.max(0, ids.length - most))) {
      store.delete(wholeKey(id));
      store.delete(toldKey(id));
    }
  };
  return request;
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
