/**
 * Runs the open study for the newest spec: theory first, then a quick preview, then all particles. One run at a time; a
 * newer edit stops the older run, a lost engine or worker leads to another try.
 */
import type { Engine, EngineInfo, MeasureJob, MeasureResult } from "../engine/engine.ts";
import type { ChartData } from "../measure/series.ts";
import { abortError, isAbort, messageOf, untilAborted } from "./abort.ts";
import { throttleNewest, type Clock } from "./clock.ts";
import { createEngineHost, type EngineFactories } from "./engine-host.ts";
import { WorkerCrashError } from "./asker.ts";
import { makeResult } from "./result.ts";
import { PrepareError, type PreparedStudy, type Preparer } from "./preparer.ts";
import type { ViewPreparer } from "./view-preparer.ts";
import type { LabStore, RunState, StudyCharts } from "./state.ts";
import { attachServices, specKey } from "./store.ts";
import type { StudyId } from "./studies.ts";

export interface CoordinatorParts {
  readonly store: LabStore;
  readonly preparer: Preparer;
  readonly viewPreparer: ViewPreparer;
  readonly factories: EngineFactories;
  readonly clock: Clock;
  /** Version of the lab, for the manifest of results. */
  readonly version: string;
}

/** Particles of the quick look that comes before the full run. */
export const PREVIEW_PARTICLES = 4096;

const DEBOUNCE_MS = 40;
/** Theory waits this long for measured points to join it, so that charts do not flicker while a slider moves. */
const THEORY_HOLD_MS = 120;
const PROGRESS_MS = 100;
/** An engine that has not let go of a cancelled run after this long is replaced. */
const LET_GO_MS = 1500;
const MAX_TRIES = 3;
const CACHE_SIZE = 24;

/** Watches the store and keeps its charts up to date. Returns a function that stops everything. */
export function startCoordinator({
  store,
  preparer,
  viewPreparer,
  factories,
  clock,
  version,
}: CoordinatorParts): () => void {
  const cache = new Map<string, StudyCharts>();
  let stopRun = new AbortController();
  let unblocked: Promise<unknown> = Promise.resolve();
  let callOff: (() => void) | null = null;
  let tries = 0;

  const host = createEngineHost(factories, store.getState().engineChoice, {
    onState: (engine) => store.setState({ engine }),
    onLost: (reason) => {
      store.getState().notify({
        id: "engine-lost",
        tone: "warning",
        text: `The engine was lost (${reason}). The lab started it again and repeats the run.`,
      });
      retry();
    },
  });

  function setRun(run: RunState) {
    store.setState({ run });
  }

  /** Starts over after a loss, a few times at most. */
  function retry() {
    tries++;
    if (tries < MAX_TRIES) begin(0);
    else {
      stopRun.abort();
      setRun({
        phase: "failed",
        message: "The engine stopped several times in a row. Try fewer particles, or choose the CPU engine.",
        problems: [],
      });
    }
  }

  /** Calls off what runs and starts the run of the present spec after `wait` ms. */
  function begin(wait: number) {
    stopRun.abort();
    callOff?.();
    const own = new AbortController();
    stopRun = own;
    callOff = clock.after(wait, () => void runStudy(own.signal));
  }

  async function runStudy(signal: AbortSignal): Promise<void> {
    const { spec, study } = store.getState();
    const key = specKey(spec);
    const started = clock.now();
    const known = cache.get(`${study} ${key}`);
    if (known !== undefined) {
      publish(study, known);
      setRun({ phase: "done", wallMs: 0, particles: known.particles });
      return;
    }
    setRun({ phase: "preparing" });
    try {
      const prepared = await preparer.prepare(spec, study, signal);
      const particles = await measureAll(prepared, { study, key, signal });
      tries = 0;
      setRun({ phase: "done", wallMs: clock.now() - started, particles });
    } catch (error) {
      fail(error, signal);
    }
  }

  function fail(error: unknown, signal: AbortSignal) {
    if (signal.aborted || isAbort(error)) return;
    if (error instanceof WorkerCrashError) {
      store.getState().notify({ id: "worker-crash", tone: "warning", text: error.message });
      retry();
      return;
    }
    const problems = error instanceof PrepareError ? error.problems : [];
    setRun({ phase: "failed", message: messageOf(error), problems });
  }

  interface Task {
    readonly study: StudyId;
    readonly key: string;
    readonly signal: AbortSignal;
  }

  /** Shows theory, then the preview, then the full measurement. Returns the number of particles measured. */
  async function measureAll(prepared: PreparedStudy, task: Task): Promise<number> {
    const theory = chartsOf(prepared.charts, task.key, "theory", 0, null, prepared.refusal);
    const { job } = prepared;
    if (job === null) {
      publish(task.study, theory, true);
      return 0;
    }
    const before = store.getState().charts[task.study];
    // Points for this very spec, stored or of an earlier run, stay until fresh ones replace them.
    const stays = before?.specKey === task.key && before.particles > 0;
    const showTheory = clock.after(before === undefined ? 0 : THEORY_HOLD_MS, () => {
      if (!task.signal.aborted && !stays) publish(task.study, theory);
    });
    try {
      // First wait until the engine has let go of the older run: it may be replaced for not doing so.
      await untilAborted(unblocked, task.signal, "run");
      const engine = await untilAborted(host.engine(), task.signal, "run");
      refuseTooMany(job, engine.info);
      if (job.particles >= 4 * PREVIEW_PARTICLES) {
        const charts = await measured(
          prepared,
          { ...job, particles: PREVIEW_PARTICLES },
          "preview",
          engine,
          task,
        );
        showTheory();
        publish(task.study, chartsOf(charts, task.key, "preview", PREVIEW_PARTICLES, engine.info, null));
      }
      const charts = await measured(prepared, job, "full", engine, task);
      showTheory();
      publish(task.study, chartsOf(charts, task.key, "full", job.particles, engine.info, null), true);
      return job.particles;
    } catch (error) {
      showTheory();
      const quiet = task.signal.aborted || stays || error instanceof WorkerCrashError;
      if (!quiet) publish(task.study, theory);
      throw error;
    }
  }

  async function measured(
    prepared: PreparedStudy,
    job: MeasureJob,
    stage: "preview" | "full",
    engine: Engine,
    { signal }: Task,
  ): Promise<readonly ChartData[]> {
    const result = await measureWithProgress(engine, job, stage, signal);
    return prepared.assemble(result, signal);
  }

  function measureWithProgress(
    engine: Engine,
    job: MeasureJob,
    stage: "preview" | "full",
    signal: AbortSignal,
  ): Promise<MeasureResult> {
    const started = clock.now();
    const show = throttleNewest(clock, PROGRESS_MS, (done: number) => {
      if (!signal.aborted)
        setRun({ phase: "running", stage, done, etaMs: remainingMs(done, clock.now() - started) });
    });
    show.call(0);
    const run = engine.measure(job, { signal, onProgress: (done) => show.call(done) });
    unblocked = letGo(run, signal);
    return untilAborted(run, signal, "run").finally(() => show.flush());
  }

  /** Settles when the engine is free again; replaces an engine that does not let go of a cancelled run. */
  function letGo(run: Promise<unknown>, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      let stop: (() => void) | null = null;
      const onAbort = () => {
        stop = clock.after(LET_GO_MS, () => {
          host.replace();
          resolve();
        });
      };
      // A later edit aborts the signal of a run that has long finished; that must not cost the engine.
      const free = () => {
        signal.removeEventListener("abort", onAbort);
        stop?.();
        resolve();
      };
      signal.addEventListener("abort", onAbort, { once: true });
      run.then(free, free);
    });
  }

  function publish(study: StudyId, charts: StudyCharts, final = false) {
    if (final) remember(cache, `${study} ${charts.specKey}`, charts);
    store.setState({ charts: { ...store.getState().charts, [study]: charts } });
  }

  attachServices(store, {
    start: () => {
      cache.clear();
      tries = 0;
      begin(0);
    },
    cancel: () => {
      stopRun.abort();
      callOff?.();
      const { phase } = store.getState().run;
      if (phase === "running" || phase === "preparing") setRun({ phase: "cancelled" });
    },
    record: async (job, control) => {
      const engine = await host.engine();
      if (control?.signal?.aborted === true) throw abortError("record");
      return engine.record(job, control);
    },
    prepareViews: (plane, signal) => viewPreparer.prepare(store.getState().spec, plane, signal),
    result: (signal) => makeResult({ store, preparer, clock, version }, host.engine(), signal),
    withEngine: async (work) => work(await host.engine()),
  });

  const unsubscribe = store.subscribe((state, before) => {
    if (state.engineChoice !== before.engineChoice) {
      host.choose(state.engineChoice);
      cache.clear();
      tries = 0;
      begin(0);
    } else if (state.spec !== before.spec || state.study !== before.study) {
      tries = 0;
      if (state.live) begin(state.study === before.study ? DEBOUNCE_MS : 0);
      else {
        stopRun.abort();
        callOff?.();
        setRun({ phase: "idle" });
      }
    } else if (state.live && !before.live) begin(0);
  });

  return () => {
    unsubscribe();
    stopRun.abort();
    callOff?.();
    preparer.dispose();
    viewPreparer.dispose();
    host.dispose();
  };
}

function chartsOf(
  charts: readonly ChartData[],
  key: string,
  stage: StudyCharts["stage"],
  particles: number,
  engine: EngineInfo | null,
  refusal: string | null,
): StudyCharts {
  return { specKey: key, charts, stage, particles, engine, refusal };
}

/** Time left of a run, in ms, or null while too little is known. */
export function remainingMs(done: number, elapsedMs: number): number | null {
  if (done < 0.02 || elapsedMs < 250) return null;
  return (elapsedMs / done) * (1 - done);
}

function refuseTooMany(job: MeasureJob, info: EngineInfo) {
  if (job.particles <= info.maxParticles) return;
  const limit = info.maxParticles.toLocaleString("en");
  const message = `must be at most ${limit} on this engine (${info.adapter}), got ${job.particles.toLocaleString("en")}; lower it or change the engine`;
  throw new PrepareError(`evaluation.particles: ${message}`, [{ field: "evaluation.particles", message }]);
}

function remember(cache: Map<string, StudyCharts>, key: string, charts: StudyCharts) {
  cache.delete(key);
  cache.set(key, charts);
  const oldest = cache.keys().next();
  if (cache.size > CACHE_SIZE && oldest.done !== true) cache.delete(oldest.value);
}
