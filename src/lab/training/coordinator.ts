/**
 * Drives the training page: law, engine and pretrained weights when the page opens or the law changes, then training in
 * stretches between measurements. One piece of work at a time; a newer one ends the older at once.
 */
import type { TrainingEngine } from "../../engine/training-engine.ts";
import { TrainingDivergedError } from "../../engine/training-engine.ts";
import { trainingStudyOf } from "../../experiments/training/registry.ts";
import { SpecError } from "../../spec/problems.ts";
import type { TrainingSpec } from "../../spec/training/types.ts";
import { isAbort, messageOf, untilAborted } from "../abort.ts";
import type { Clock } from "../clock.ts";
import { PrepareError } from "../preparer.ts";
import { problemKey, referenceKey, runKey } from "./keys.ts";
import type { KeptRuns } from "./kept-runs.ts";
import type { Measurer } from "./measurement.ts";
import type { PreparedTraining } from "./prepare-messages.ts";
import type { TrainingPreparer } from "./preparer.ts";
import { createReferences, type WeightFiles } from "./references.ts";
import { runStudy } from "./run-study.ts";
import { branchRun, freshRun, isFresh, pointAt, rolledBack, withMeasurement, withRun } from "./runs.ts";
import type { TrainingLabStore, TrainingPhase, TrainingRun } from "./state.ts";
import { trainRun } from "./train-run.ts";

export interface TrainingCoordinatorParts {
  readonly store: TrainingLabStore;
  /** Starts an engine; rejects with a plain reason where none can run. */
  readonly createEngine: () => Promise<TrainingEngine>;
  readonly preparer: TrainingPreparer;
  readonly files: WeightFiles;
  readonly measurer: Measurer;
  readonly kept: KeptRuns;
  readonly clock: Clock;
}

/** Edits closer together than this, ms, open one law. */
const DEBOUNCE_MS = 250;
const PREPARED_KEPT = 8;

/** Watches the store. Returns a function that stops everything. */
export function startTrainingCoordinator(parts: TrainingCoordinatorParts): {
  open(): void;
  dispose(): void;
} {
  const { store, createEngine, preparer, files, measurer, kept, clock } = parts;
  let engine: Promise<TrainingEngine> | null = null;
  let stopWork = new AbortController();
  let callOff: (() => void) | null = null;
  let nextRun = 1;
  const preparedBy = new Map<string, PreparedTraining>();

  const setPhase = (run: TrainingPhase) => store.setState({ run });
  const put = (run: TrainingRun) =>
    store.setState({ runs: withRun(store.getState().runs, run), shown: run.id });
  const references = createReferences({ store, files, setPhase });

  function engineInUse(): Promise<TrainingEngine> {
    engine ??= createEngine().then(
      (made) => {
        store.setState({ engine: { phase: "ready", info: made.info } });
        return made;
      },
      (error: unknown) => {
        engine = null;
        store.setState({ engine: { phase: "failed", message: messageOf(error) } });
        throw error;
      },
    );
    return engine;
  }

  /** Lets a broken engine go; the next piece of work starts another. */
  function dropEngine() {
    void engine?.then((made) => made.dispose()).catch(() => undefined);
    engine = null;
  }

  function launch(task: (signal: AbortSignal) => Promise<void>, wait = 0) {
    stopWork.abort();
    callOff?.();
    const own = new AbortController();
    stopWork = own;
    callOff = clock.after(wait, () => {
      task(own.signal).catch((error: unknown) => {
        if (!own.signal.aborted && !isAbort(error)) fail(error);
      });
    });
  }

  function fail(error: unknown) {
    if (error instanceof TrainingDivergedError) {
      const run = shownRun();
      if (run !== null) put(rolledBack(run, error.checkpoint));
    } else if (!(error instanceof SpecError || error instanceof PrepareError || error instanceof RangeError))
      dropEngine();
    const problems = error instanceof SpecError || error instanceof PrepareError ? error.problems : [];
    setPhase({ phase: "failed", message: messageOf(error), problems });
  }

  function shownRun(): TrainingRun | null {
    const { runs, shown } = store.getState();
    return runs.find(({ id }) => id === shown) ?? null;
  }

  async function prepared(spec: TrainingSpec, signal: AbortSignal): Promise<PreparedTraining> {
    const key = problemKey(spec);
    const known = preparedBy.get(key);
    if (known !== undefined) return known;
    setPhase({ phase: "preparing", what: "law" });
    const made = await preparer.prepare(spec, signal);
    preparedBy.set(key, made);
    for (const old of preparedBy.keys()) if (preparedBy.size > PREPARED_KEPT) preparedBy.delete(old);
    return made;
  }

  /** Law, engine and weights of the present spec, shown; null where the law has no weights yet. */
  async function open(signal: AbortSignal): Promise<void> {
    const { spec } = store.getState();
    const made = await prepared(spec, signal);
    store.setState({ prepared: made });
    setPhase({ phase: "preparing", what: "engine" });
    const used = await untilAborted(engineInUse(), signal, "training");
    const stored = await kept.find(runKey(spec));
    if (stored !== null && store.getState().runs.every(isFresh)) return restore(stored);
    const reference = await references.shipped(spec, signal);
    if (reference === null) return setPhase({ phase: "idle" });
    const run = freshRun(nextRun++, spec, reference);
    store.setState({
      runs: withRun(
        store.getState().runs.filter((old) => !isFresh(old)),
        run,
      ),
    });
    store.setState({ shown: run.id, scrub: null });
    setPhase({ phase: "preparing", what: "start" });
    await measureStart(used, run, made, signal);
    setPhase({ phase: "idle" });
    await references.measureError(used, made.parts.problem, signal);
  }

  function restore(stored: TrainingRun) {
    const run = { ...stored, id: nextRun++ };
    references.take(run.reference);
    put(run);
    setPhase(restingPhase(run));
    store.getState().notify({
      id: "kept",
      tone: "info",
      text: `This browser kept the run from when the page was closed. Press Resume to go on from iteration ${run.newest.iteration}.`,
    });
  }

  async function measureStart(
    used: TrainingEngine,
    run: TrainingRun,
    made: PreparedTraining,
    signal: AbortSignal,
  ): Promise<void> {
    const found = await untilAborted(measurer(used, run, made, run.newest, signal), signal, "measurement");
    put(withMeasurement(run, run.newest.iteration, found));
  }

  /** Trains `run` to its end. */
  async function follow(run: TrainingRun, signal: AbortSignal): Promise<void> {
    const made = await prepared(run.spec, signal);
    store.setState({ prepared: made, scrub: null });
    setPhase({ phase: "preparing", what: "engine" });
    const used = await untilAborted(engineInUse(), signal, "training");
    put(run);
    const done = await trainRun({
      engine: used,
      prepared: made,
      run,
      measurer,
      kept,
      clock,
      signal,
      put,
      setPhase,
    });
    void kept.forget();
    setPhase({ phase: "done", iteration: done.newest.iteration, wallMs: done.wallMs });
  }

  function train() {
    const { spec } = store.getState();
    launch(async (signal) => {
      const made = await prepared(spec, signal);
      store.setState({ prepared: made });
      setPhase({ phase: "preparing", what: "engine" });
      const used = await untilAborted(engineInUse(), signal, "training");
      const reference =
        (await references.shipped(spec, signal)) ??
        (await references.pretrained(used, spec, made.parts.problem, signal));
      const shown = shownRun();
      const ready =
        shown !== null &&
        isFresh(shown) &&
        runKey(shown.spec) === runKey(spec) &&
        shown.reference === reference;
      await follow(ready ? shown : freshRun(nextRun++, spec, reference), signal);
    });
  }

  function pretrain() {
    const { spec } = store.getState();
    launch(async (signal) => {
      const made = await prepared(spec, signal);
      store.setState({ prepared: made });
      setPhase({ phase: "preparing", what: "engine" });
      const used = await untilAborted(engineInUse(), signal, "training");
      const reference = await references.pretrained(used, spec, made.parts.problem, signal);
      await showStart(used, spec, reference, made, signal);
    });
  }

  async function showStart(
    used: TrainingEngine,
    spec: TrainingSpec,
    reference: TrainingRun["reference"],
    made: PreparedTraining,
    signal: AbortSignal,
  ): Promise<void> {
    const run = freshRun(nextRun++, spec, reference);
    put(run);
    store.setState({ scrub: null });
    setPhase({ phase: "preparing", what: "start" });
    await measureStart(used, run, made, signal);
    setPhase({ phase: "idle" });
    await references.measureError(used, made.parts.problem, signal);
  }

  function studyRun() {
    const { spec, study: id } = store.getState();
    const study = id === null ? null : trainingStudyOf(id);
    if (study === null) return;
    launch(async (signal) => {
      const made = await prepared(spec, signal);
      setPhase({ phase: "preparing", what: "engine" });
      const used = await untilAborted(engineInUse(), signal, "training");
      const reference =
        (await references.shipped(spec, signal)) ??
        (await references.pretrained(used, spec, made.parts.problem, signal));
      await runStudy({
        engine: used,
        study,
        spec,
        prepared: made,
        pretrained: reference.parameters,
        finished: new Set(store.getState().cells.keys()),
        clock,
        signal,
        setPhase,
        onCell: (cell) => store.setState({ cells: new Map(store.getState().cells).set(cell.key, cell) }),
      });
      rest();
    });
  }

  /** Nobody works: the phase is that of the run on the screen. */
  function rest() {
    const run = shownRun();
    setPhase(run === null || isFresh(run) ? { phase: "idle" } : restingPhase(run));
  }

  /** Ends the work at once; what was reported stays. */
  function halt() {
    stopWork.abort();
    callOff?.();
  }

  function pause() {
    const run = shownRun();
    halt();
    if (run === null || isFresh(run)) return setPhase({ phase: "idle" });
    void kept.save(run);
    setPhase(restingPhase(run));
  }

  function stop() {
    const run = shownRun();
    const wasStudy = store.getState().run.phase === "study";
    halt();
    if (wasStudy) return rest();
    void kept.forget();
    setPhase(
      run === null || isFresh(run)
        ? { phase: "idle" }
        : { phase: "stopped", iteration: run.newest.iteration },
    );
  }

  /** Goes on from an iteration: the same run where nothing has changed, else a branch of it. */
  function goOn(iteration: number) {
    const { spec } = store.getState();
    const run = shownRun();
    if (run === null) return train();
    const same = runKey(spec) === runKey(run.spec) && iteration === run.newest.iteration;
    launch((signal) => follow(same ? run : branchRun(nextRun++, run, iteration, spec), signal));
  }

  store.setState({
    train,
    pause,
    stop,
    pretrain,
    runStudy: studyRun,
    resume: () => goOn(shownRun()?.newest.iteration ?? 0),
    branch: goOn,
    importWeights: async (bytes, name) => {
      const { spec } = store.getState();
      const reference = references.imported(spec, await files.read(bytes, name, spec));
      launch(async (signal) => {
        const made = await prepared(spec, signal);
        store.setState({ prepared: made });
        const used = await untilAborted(engineInUse(), signal, "training");
        await showStart(used, spec, reference, made, signal);
      });
    },
    exportWeights: (iteration) => {
      const run = shownRun();
      const checkpoint =
        run === null ? undefined : iteration === null ? run.newest : pointAt(run, iteration)?.checkpoint;
      return run === null || checkpoint === undefined
        ? Promise.reject(new RangeError("weights: must be there to be saved, got none; wait for the network"))
        : files.write(checkpoint, run.spec);
    },
  });

  /** A new spec: its own run if there is one, a fresh start for another law; else the shown run waits. */
  function follows(spec: TrainingSpec) {
    const key = runKey(spec);
    const run = shownRun();
    if (run !== null && runKey(run.spec) === key) return;
    const known = store.getState().runs.find((old) => !isFresh(old) && runKey(old.spec) === key);
    if (known === undefined && run !== null && !isFresh(run) && run.reference.key === referenceKey(spec)) {
      if (isBusy(store.getState().run)) pause();
      return;
    }
    if (run !== null && !isFresh(run) && isBusy(store.getState().run)) pause();
    if (known === undefined) return launch(open, DEBOUNCE_MS);
    halt();
    references.take(known.reference);
    store.setState({ shown: known.id, scrub: null, run: restingPhase(known) });
    launch(async (signal) => store.setState({ prepared: await prepared(known.spec, signal) }));
  }

  const unsubscribe = store.subscribe((state, before) => {
    if (state.spec !== before.spec) follows(state.spec);
  });

  return {
    open: () => launch(open),
    dispose: () => {
      unsubscribe();
      halt();
      dropEngine();
    },
  };
}

function isBusy({ phase }: TrainingPhase): boolean {
  return ["preparing", "training", "measuring", "study"].includes(phase);
}

/** What a run that nobody works on is in. */
function restingPhase({ newest, spec, wallMs }: TrainingRun): TrainingPhase {
  const { iterations } = spec.training;
  const { iteration } = newest;
  return iteration >= iterations
    ? { phase: "done", iteration, wallMs }
    : { phase: "paused", iteration, iterations };
}
