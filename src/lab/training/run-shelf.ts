/** Runs where they are kept: in memory, which holds a few, and in the browser's store. */
import type { KeptRuns } from "./kept-runs.ts";
import { runKey } from "./keys.ts";
import { nameOf } from "./run-list.ts";
import { isFresh, type RunIdentity } from "./runs.ts";
import type { TrainingLabStore, TrainingRun } from "./state.ts";

export interface RunShelfParts {
  readonly store: TrainingLabStore;
  readonly kept: KeptRuns;
  /** ms since 1970. */
  readonly today: () => number;
}

export interface RunShelf {
  /** Who the next run is. */
  identity(): RunIdentity;
  /** Keeps a run as it is now, if it has been trained at all. */
  keep(run: TrainingRun): void;
  /** A run of the list, whole; null where it is gone. */
  find(id: number): Promise<TrainingRun | null>;
  /** The newest kept run of these settings; null where there is none. Waits for the list. */
  newest(key: string): Promise<TrainingRun | null>;
  /** Remembers that a run of these settings is on the screen. */
  noteShown(run: TrainingRun): void;
  /** Of the runs in memory under these settings the one shown last, else the newest. */
  shownLast(key: string): TrainingRun | undefined;
  remove(id: number): void;
  rename(id: number, name: string): void;
}

/** Reads the list of the browser's store at once. */
export function createRunShelf({ store, kept, today }: RunShelfParts): RunShelf {
  let last = 0;
  const shown = new Map<string, number>();
  const removed = new Set<number>();
  const reading = readList();

  async function readList(): Promise<void> {
    const keptRuns = (await kept.all()).filter(({ id }) => !removed.has(id));
    last = keptRuns.reduce((most, { id }) => Math.max(most, id), last);
    store.setState({ keptRuns });
  }

  async function find(id: number): Promise<TrainingRun | null> {
    return store.getState().runs.find((run) => run.id === id) ?? kept.find(id);
  }

  return {
    identity: () => {
      const began = today();
      // Two tabs of one browser share a store, so counting from 1 would not do.
      last = Math.max(last + 1, Math.floor(began));
      return { id: last, began };
    },
    keep: (run) => {
      if (isFresh(run) || removed.has(run.id)) return;
      void kept.save(run, nameOf(store.getState(), run.id)).then((done) => (done ? readList() : undefined));
    },
    find,
    newest: async (key) => {
      await reading;
      const found = store.getState().keptRuns.findLast(({ spec }) => runKey(spec) === key);
      return found === undefined ? null : find(found.id);
    },
    noteShown: (run) => void shown.set(runKey(run.spec), run.id),
    shownLast: (key) => {
      const same = store.getState().runs.filter((run) => !isFresh(run) && runKey(run.spec) === key);
      return same.find(({ id }) => id === shown.get(key)) ?? same.at(-1);
    },
    remove: (id) => {
      removed.add(id);
      const { runs, keptRuns } = store.getState();
      store.setState({
        runs: runs.filter((run) => run.id !== id),
        keptRuns: keptRuns.filter((run) => run.id !== id),
      });
      void kept.remove(id);
    },
    rename: (id, name) => {
      const given = name.trim() === "" ? null : name.trim();
      store.setState({ runNames: { ...store.getState().runNames, [id]: given } });
      void kept.rename(id, given);
    },
  };
}
