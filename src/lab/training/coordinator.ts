/**
 * Drives the training page: law, engine and pretrained weights when the page opens or the law changes, then training in
 * stretches between measurements. One piece of work at a time; a newer one ends the older at once.
 */
import type { EngineChoice } from "../../engine/engine.ts";
import { TrainingDivergedError, type TrainingEngine } from "../../engine/training-engine.ts";
import { SpecError } from "../../spec/problems.ts";
import type { TrainingSpec } from "../../spec/training/types.ts";
import { messageOf, untilAborted } from "../abort.ts";
import type { Clock } from "../clock.ts";
import { PrepareError } from "../preparer.ts";
import { withNextSeed } from "./branch-seed.ts";
import { referenceKey, runKey } from "./keys.ts";
import { createEngineChanges } from "./engine-changes.ts";
import type { KeptCells } from "./kept-cells.ts";
import type { KeptRuns } from "./kept-runs.ts";
import type { Measurer } from "./measurement.ts";
import { isBusy, isPretraining, restingPhase } from "./phases.ts";
import type { PreparedTraining } from "./prepare-messages.ts";
import type { TrainingPreparer } from "./preparer.ts";
import { createReferences, type WeightFiles } from "./references.ts";
import { createRunChoice } from "./run-choice.ts";
import { createRunShelf } from "./run-shelf.ts";
import { branchRun, freshRun, isFresh, pointAt, rolledBack, withMeasurement, withRun } from "./runs.ts";
import type { ReferenceWeights, TrainingLabStore, TrainingPhase, TrainingRun } from "./state.ts";
import { watchStudyCells } from "./study-cells.ts";
import { createStudyWork } from "./study-work.ts";
import { trainRun } from "./train-run.ts";
import { createWorkbench } from "./workbench.ts";

export interface TrainingCoordinatorParts {
  readonly store: TrainingLabStore;
  /** Starts an engine; rejects with a plain reason where none can run. */
  readonly createEngine: (choice: EngineChoice) => Promise<TrainingEngine>;
  readonly preparer: TrainingPreparer;
  readonly files: WeightFiles;
  readonly measurer: Measurer;
  readonly kept: KeptRuns;
  readonly keptCells: KeptCells;
  readonly clock: Clock;
  /** ms since 1970. */
  readonly today: () => number;
}

/** Edits closer together than this, ms, open one law. */
const DEBOUNCE_MS = 250;

/** Watches the store. Returns what opens the present spec and what stops everything. */
export function startTrainingCoordinator(parts: TrainingCoordinatorParts): {
  open(): void;
  dispose(): void;
} {
  const { store, files, measurer, clock } = parts;
  /** Begins the work again that a pause of pretraining cut. */
  let goOnPretraining = train;
  const setPhase = (run: TrainingPhase) => store.setState({ run });
  const put = (run: TrainingRun) => {
    if (run.id !== store.getState().shown) shelf.noteShown(run);
    store.setState({ runs: withRun(store.getState().runs, run), shown: run.id });
  };
  const shelf = createRunShelf(parts);
  const references = createReferences({ store, files, setPhase });
  const studyCells = watchStudyCells(store, parts.keptCells);
  const bench = createWorkbench({ ...parts, onFailure: fail });
  const choice = createRunChoice({ store, bench, shelf, references, shownRun, put, pause, rest, open });
  const engines = createEngineChanges({ store, bench, shownRun, goOn, rest });
  const studies = createStudyWork({
    ...{ store, bench, studyCells, clock, referenceFor, setPhase, rest },
    onBegin: (again) => {
      goOnPretraining = again;
    },
  });

  function shownRun(): TrainingRun | null {
    const { runs, shown } = store.getState();
    return runs.find(({ id }) => id === shown) ?? null;
  }

  function fail(error: unknown, again: () => void) {
    if (engines.wasLost(error, again)) return;
    const refused = error instanceof SpecError || error instanceof PrepareError;
    if (error instanceof TrainingDivergedError) {
      const run = shownRun();
      if (run !== null) {
        const back = rolledBack(run, error.checkpoint);
        put(back);
        shelf.keep(back);
      }
    } else if (!refused && !(error instanceof RangeError)) bench.dropEngine();
    setPhase({ phase: "failed", message: messageOf(error), problems: refused ? error.problems : [] });
  }

  /** The weights for a spec: those in use, those that ship, or, failing both, pretrained here. */
  async function referenceFor(
    engine: TrainingEngine,
    spec: TrainingSpec,
    prepared: PreparedTraining,
    signal: AbortSignal,
  ): Promise<ReferenceWeights> {
    const { problem } = prepared.parts;
    const known = await references.ready(engine, spec, problem, signal);
    return known ?? references.pretrained(engine, spec, problem, signal);
  }

  /** Shows the pretrained network of the present spec; nothing where the law has no weights yet. */
  async function open(signal: AbortSignal): Promise<void> {
    const { spec } = store.getState();
    const { engine, prepared } = await bench.equip(spec, signal);
    const reference = await references.ready(engine, spec, prepared.parts.problem, signal);
    if (reference !== null) return showStart(engine, spec, reference, prepared, signal);
    store.setState({ shown: null, scrub: null });
    goOnPretraining = train;
    if (references.showHalted(spec)) rest();
    else setPhase({ phase: "idle" });
  }

  /** A run before its first iteration, measured; then the error of its score, while nobody waits. */
  async function showStart(
    engine: TrainingEngine,
    spec: TrainingSpec,
    reference: ReferenceWeights,
    prepared: PreparedTraining,
    signal: AbortSignal,
  ): Promise<void> {
    const run = freshRun(shelf.identity(), spec, reference);
    put(run);
    store.setState({ scrub: null });
    setPhase({ phase: "preparing", what: "start" });
    const measuring = measurer(engine, run, prepared, run.newest, signal);
    put(withMeasurement(run, 0, await untilAborted(measuring, signal, "measurement")));
    setPhase({ phase: "idle" });
    await references.measureError(engine, prepared.parts.problem, signal);
  }

  /** Trains `run` to its end. */
  async function follow(run: TrainingRun, signal: AbortSignal): Promise<void> {
    const { engine, prepared } = await bench.equip(run.spec, signal);
    store.setState({ scrub: null });
    put(run);
    const done = await trainRun({
      ...{ engine, prepared, run, measurer, clock, signal, put, setPhase },
      keep: shelf.keep,
    });
    setPhase({ phase: "done", iteration: done.newest.iteration, wallMs: done.wallMs });
  }

  function train() {
    const { spec } = store.getState();
    goOnPretraining = train;
    bench.launch(async (signal) => {
      const { engine, prepared } = await bench.equip(spec, signal);
      const reference = await referenceFor(engine, spec, prepared, signal);
      const shown = shownRun();
      const ready =
        shown !== null &&
        isFresh(shown) &&
        runKey(shown.spec) === runKey(spec) &&
        shown.reference.parameters === reference.parameters;
      await follow(ready ? shown : freshRun(shelf.identity(), spec, reference), signal);
    });
  }

  function pretrain() {
    const { spec } = store.getState();
    goOnPretraining = pretrain;
    bench.launch(async (signal) => {
      const { engine, prepared } = await bench.equip(spec, signal);
      const reference = await references.pretrained(engine, spec, prepared.parts.problem, signal);
      await showStart(engine, spec, reference, prepared, signal);
    });
  }

  async function importWeights(bytes: Uint8Array, name: string): Promise<void> {
    const { spec } = store.getState();
    const reference = references.imported(spec, await files.read(bytes, name, spec));
    bench.launch(async (signal) => {
      const { engine, prepared } = await bench.equip(spec, signal);
      await showStart(engine, spec, reference, prepared, signal);
    });
  }

  function exportWeights(iteration: number | null): Promise<Uint8Array> {
    const run = shownRun();
    const at =
      run === null ? undefined : iteration === null ? run.newest : pointAt(run, iteration)?.checkpoint;
    if (run === null || at === undefined)
      return Promise.reject(
        new RangeError("weights: must be there to be saved, got none; wait for the network"),
      );
    return files.write(at, run.spec);
  }

  /** Nobody works: the phase is that of a pretraining that waits, else of the run on the screen. */
  function rest() {
    const run = shownRun();
    const { reference } = store.getState();
    if (reference.phase === "pretraining" || reference.phase === "paused") {
      const { step = 0, steps = 0 } = reference.progress ?? {};
      return setPhase({ phase: "pretraining-paused", step, steps });
    }
    setPhase(run === null || isFresh(run) ? { phase: "idle" } : restingPhase(run));
  }

  function pause() {
    const run = shownRun();
    const trained = run !== null && !isFresh(run) && !isPretraining(store.getState().run);
    bench.halt();
    if (trained) shelf.keep(run);
    rest();
  }

  function stop() {
    const run = shownRun();
    const { run: phase } = store.getState();
    bench.halt();
    references.giveUp();
    if (phase.phase === "study" || isPretraining(phase) || run === null || isFresh(run)) return rest();
    shelf.keep(run);
    setPhase({ phase: "stopped", iteration: run.newest.iteration });
  }

  /** Goes on from an iteration: the same run where nothing has changed, else a branch of it. */
  function goOn(iteration: number) {
    const { spec } = store.getState();
    const run = shownRun();
    if (run === null) return train();
    const same = runKey(spec) === runKey(run.spec) && iteration === run.newest.iteration;
    // Made inside the work, so that a refusal is told as its failure.
    bench.launch(async (signal) =>
      follow(same ? run : branchRun(shelf.identity(), run, iteration, spec), signal),
    );
  }

  /** Goes on from an earlier iteration; under the same settings with the next seed, which becomes the page's. */
  function branch(iteration: number) {
    const { spec, runs, keptRuns } = store.getState();
    const run = shownRun();
    if (run === null || runKey(spec) !== runKey(run.spec) || iteration === run.newest.iteration)
      return goOn(iteration);
    const own = withNextSeed(
      spec,
      [...runs, ...keptRuns].map((known) => known.spec),
    );
    let made: TrainingRun | null = null;
    bench.launch(async (signal) => {
      made ??= branchRun(shelf.identity(), run, iteration, own);
      // On the screen before its settings are, so that they bring no other run of theirs.
      put(made);
      store.getState().edit(own);
      const text = `Seed ${spec.training.seed} would repeat the run, so the branch from iteration ${iteration} has seed ${own.training.seed}.`;
      store.getState().notify({ id: "branch-seed", tone: "info", text });
      await follow(made, signal);
    });
  }

  /** A new spec: its own run if there is one, a fresh start for another law; else the shown run waits. */
  function followSpec(spec: TrainingSpec) {
    const key = runKey(spec);
    const run = shownRun();
    if (run !== null && runKey(run.spec) === key) return;
    const known = shelf.shownLast(key);
    const trained = run !== null && !isFresh(run);
    if (trained && isBusy(store.getState().run)) pause();
    if (known !== undefined) return choice.show(known);
    if (!trained || run.reference.key !== referenceKey(spec)) bench.launch(open, DEBOUNCE_MS);
  }

  store.setState({
    ...{ showRun: choice.showRun, compareRun: choice.compareRun, removeRun: choice.removeRun },
    nameRun: shelf.rename,
    ...{ train, pause, stop, pretrain, importWeights, exportWeights },
    runStudy: studies.run,
    replayStudy: studies.replay,
    resume: () =>
      store.getState().run.phase === "pretraining-paused"
        ? goOnPretraining()
        : goOn(shownRun()?.newest.iteration ?? 0),
    branch,
  });
  const unsubscribe = store.subscribe((state, before) => {
    if (state.spec !== before.spec) followSpec(state.spec);
    if (state.engineChoice !== before.engineChoice) engines.change();
  });
  return {
    open: () => bench.launch(choice.openFirst),
    dispose: () => {
      unsubscribe();
      studyCells.dispose();
      bench.halt();
      bench.dropEngine();
    },
  };
}
