/** What every piece of work on the training page needs: one at a time, the prepared law, and an engine that runs. */
import type { EngineChoice } from "../../engine/engine.ts";
import type { TrainingEngine, TrainingEngineInfo } from "../../engine/training-engine.ts";
import type { TrainingSpec } from "../../spec/training/types.ts";
import { isAbort, messageOf, untilAborted } from "../abort.ts";
import type { Clock } from "../clock.ts";
import { problemKey } from "./keys.ts";
import type { PreparedTraining } from "./prepare-messages.ts";
import type { TrainingPreparer } from "./preparer.ts";
import type { TrainingLabStore } from "./state.ts";

export interface WorkbenchParts {
  readonly store: TrainingLabStore;
  /** Starts an engine; rejects with a plain reason where none can run. */
  readonly createEngine: (choice: EngineChoice) => Promise<TrainingEngine>;
  readonly preparer: TrainingPreparer;
  readonly clock: Clock;
  /** A piece of work failed, and was not cancelled; `again` begins it anew. */
  readonly onFailure: (error: unknown, again: () => void) => void;
}

export interface Workbench {
  /** Ends the present work and starts this one after `wait` ms. */
  launch(task: (signal: AbortSignal) => Promise<void>, wait?: number): void;
  /** Ends the present work at once. */
  halt(): void;
  /** The law of a spec, worked out once and shown. */
  prepare(spec: TrainingSpec, signal: AbortSignal): Promise<PreparedTraining>;
  /** The same with the engine. */
  equip(
    spec: TrainingSpec,
    signal: AbortSignal,
  ): Promise<{ readonly engine: TrainingEngine; readonly prepared: PreparedTraining }>;
  /** Lets a broken engine go, or one that is no longer wanted; the next piece of work starts another, of the present choice. */
  dropEngine(): void;
  /** The same after the device was lost: the next engines run on the CPU, until another is chosen. False if they do already. */
  leaveDevice(): boolean;
}

const PREPARED_KEPT = 8;

/** A workbench with nothing on it. */
export function createWorkbench(parts: WorkbenchParts): Workbench {
  const { store, createEngine, preparer, clock, onFailure } = parts;
  let starting: Promise<TrainingEngine> | null = null;
  let stopWork = new AbortController();
  let callOff: (() => void) | null = null;
  let lostUnder: EngineChoice | null = null;
  const known = new Map<string, PreparedTraining>();

  function engineInUse(): Promise<TrainingEngine> {
    const { engineChoice } = store.getState();
    const show = (info: TrainingEngineInfo) => store.setState({ engine: { phase: "ready", info } });
    starting ??= createEngine(lostUnder === engineChoice ? "cpu" : engineChoice).then(
      (made) => {
        show(made.info);
        made.watchInfo?.(show);
        return made;
      },
      (error: unknown) => {
        starting = null;
        store.setState({ engine: { phase: "failed", message: messageOf(error) } });
        throw error;
      },
    );
    return starting;
  }

  function halt() {
    stopWork.abort();
    callOff?.();
  }

  async function prepare(spec: TrainingSpec, signal: AbortSignal): Promise<PreparedTraining> {
    const key = problemKey(spec);
    let prepared = known.get(key);
    if (prepared === undefined) {
      store.setState({ run: { phase: "preparing", what: "law" } });
      prepared = await preparer.prepare(spec, signal);
      known.set(key, prepared);
      for (const old of known.keys()) if (known.size > PREPARED_KEPT) known.delete(old);
    }
    store.setState({ prepared });
    return prepared;
  }

  function launch(task: (signal: AbortSignal) => Promise<void>, wait = 0) {
    halt();
    const own = new AbortController();
    stopWork = own;
    callOff = clock.after(wait, () => {
      task(own.signal).catch((error: unknown) => {
        if (!own.signal.aborted && !isAbort(error)) onFailure(error, () => launch(task));
      });
    });
  }

  function dropEngine() {
    if (starting === null) return;
    void starting.then((made) => made.dispose()).catch(() => undefined);
    starting = null;
    store.setState({ engine: { phase: "starting" } });
  }

  return {
    halt,
    prepare,
    launch,
    equip: async (spec, signal) => {
      const prepared = await prepare(spec, signal);
      store.setState({ run: { phase: "preparing", what: "engine" } });
      const engine = await untilAborted(engineInUse(), signal, "training");
      return { engine, prepared };
    },
    dropEngine,
    leaveDevice: () => {
      const { engineChoice } = store.getState();
      if (lostUnder === engineChoice) return false;
      lostUnder = engineChoice;
      dropEngine();
      return true;
    },
  };
}
