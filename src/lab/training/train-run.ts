/** One run, trained to its end in stretches: train to the next stop, keep its weights, measure them, go on. */
import type { AlignJob, TrainingEngine } from "../../engine/training-engine.ts";
import { untilAborted } from "../abort.ts";
import { throttleNewest, type Clock } from "../clock.ts";
import type { Measurer } from "./measurement.ts";
import type { PreparedTraining } from "./prepare-messages.ts";
import { nextStop, withCheckpoint, withMeasurement, withReport } from "./runs.ts";
import type { TrainingPhase, TrainingRun } from "./state.ts";

export interface TrainRunParts {
  readonly engine: TrainingEngine;
  readonly prepared: PreparedTraining;
  readonly run: TrainingRun;
  readonly measurer: Measurer;
  /** Keeps the run as it is now, in case the page is closed. */
  readonly keep: (run: TrainingRun) => void;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Shows the run as it is now. */
  readonly put: (run: TrainingRun) => void;
  readonly setPhase: (phase: TrainingPhase) => void;
}

/** The page draws reports at most this often, ms. */
const SHOW_MS = 100;

/** Trains until `run.spec.training.iterations`; resolves with the finished run, rejects with AbortError when halted. */
export async function trainRun(parts: TrainRunParts): Promise<TrainingRun> {
  const { engine, prepared, measurer, keep, clock, signal, put, setPhase } = parts;
  const { spec, reference } = parts.run;
  const { iterations } = spec.training;
  const started = clock.now() - parts.run.wallMs;
  let run = parts.run;

  const began = { at: clock.now(), iteration: run.newest.iteration };
  const phase = (name: "training" | "measuring"): TrainingPhase => {
    const { iteration } = run.newest;
    const done = iteration - began.iteration;
    const etaMs = done > 0 ? ((clock.now() - began.at) * (iterations - iteration)) / done : null;
    return { phase: name, iteration, iterations, etaMs };
  };
  const show = throttleNewest(clock, SHOW_MS, (name: "training" | "measuring") => {
    if (signal.aborted) return;
    put(run);
    setPhase(phase(name));
  });
  const change = (next: TrainingRun) => {
    run = { ...next, wallMs: clock.now() - started };
    show.call("training");
  };

  async function measure(): Promise<void> {
    const { iteration } = run.newest;
    const point = run.points.find(({ checkpoint }) => checkpoint.iteration === iteration);
    if (point === undefined || point.measurement !== null) return;
    show.flush();
    setPhase(phase("measuring"));
    const found = await untilAborted(measurer(engine, run, prepared, run.newest, signal), signal, "training");
    change(withMeasurement(run, iteration, found));
    show.flush();
  }

  async function stretch(): Promise<void> {
    const target = nextStop(run.newest.iteration, spec.evaluation.every, iterations);
    const job: AlignJob = {
      problem: prepared.parts.problem,
      algorithm: spec.algorithm,
      training: { ...spec.training, iterations: target },
      reference: reference.parameters,
      from: run.newest.iteration === 0 ? null : run.newest,
      // Every iteration, so that a pause, a crash or a closed tab loses none.
      every: 1,
    };
    const last = await untilAborted(
      engine.align(job, {
        signal,
        onIteration: (report) => {
          if (!signal.aborted) change(withReport(run, report));
        },
        onCheckpoint: (checkpoint) => {
          if (!signal.aborted && checkpoint.iteration > run.newest.iteration)
            change(withCheckpoint(run, checkpoint, false));
        },
      }),
      signal,
      "training",
    );
    change(withCheckpoint(run, last, true));
    show.flush();
  }

  try {
    setPhase(phase("training"));
    await measure();
    if (run.newest.iteration >= iterations) keep(run);
    while (run.newest.iteration < iterations) {
      await stretch();
      // Before it is measured as well: that may take a while, in which the tab may be closed.
      keep(run);
      await measure();
      keep(run);
    }
    return run;
  } finally {
    // Nothing may be shown late, over what comes after the run.
    show.flush();
  }
}
