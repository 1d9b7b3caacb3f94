/** A training engine without networks: weights follow a rule, so that every run can be told from every other. */
import type { EngineChoice } from "../../../src/engine/engine.ts";
import {
  TrainingDivergedError,
  type AlignJob,
  type IterationReport,
  type MeasurePolicyJob,
  type PolicyArmResult,
  type TrainingCheckpoint,
  type TrainingEngine,
} from "../../../src/engine/training-engine.ts";
import type { CellResult } from "../../../src/experiments/training/cells.ts";
import { resolveTraining } from "../../../src/experiments/training/resolve.ts";
import { partsOf } from "../../../src/experiments/training/transfer.ts";
import { createTrainingStore } from "../../../src/lab/training/store.ts";
import { startTrainingCoordinator } from "../../../src/lab/training/coordinator.ts";
import { noKeptRuns, type KeptRuns } from "../../../src/lab/training/kept-runs.ts";
import { noKeptCells, type KeptCells } from "../../../src/lab/training/kept-cells.ts";
import { problemKey } from "../../../src/lab/training/keys.ts";
import { summaryOf } from "../../../src/lab/training/run-list.ts";
import { createMeasurer } from "../../../src/lab/training/measurement.ts";
import type { TrainingPreparer } from "../../../src/lab/training/preparer.ts";
import type { WeightFiles } from "../../../src/lab/training/references.ts";
import type { TrainingLabData, TrainingRun } from "../../../src/lab/training/state.ts";
import { trainingView } from "../../../src/lab/training/training-view.ts";
import { emptyVectorSums } from "../../../src/measure/vector-sums.ts";
import { createReward } from "../../../src/rewards/evaluate.ts";
import { parseTrainingSpec } from "../../../src/spec/training/parse.ts";
import type { PointTrainingSpec, TrainingSpec } from "../../../src/spec/training/types.ts";
import { fakeClock } from "../fakes.ts";

/** A short run on the line: six iterations, kept and measured every two. */
export function lineSpec(
  training: Partial<PointTrainingSpec["training"]> = {},
  rest: Readonly<Record<string, unknown>> = {},
): PointTrainingSpec {
  const parsed = parseTrainingSpec({
    version: 1,
    kind: "training",
    model: { kind: "gaussian", mean: [0], cov: [[1]] },
    rewards: [{ reward: { kind: "quadratic", center: [1] } }],
    heldOut: null,
    training: { iterations: 6, batch: 8, steps: 4, ...training },
    evaluation: { every: 2, particles: 8, etasTrain: [1, 2], etasDeploy: [0], stepsDeploy: [4], seeds: 1 },
    ...rest,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.spec as PointTrainingSpec;
}

/** The rule of the weights: each iteration depends on all before it and on the settings. */
export function nextWeights(before: Float64Array, iteration: number, { training }: AlignJob): Float64Array {
  const eta = training.noise.kind === "gddim" ? training.noise.eta : training.noise.level;
  return before.map((value) => 1.25 * value + eta / (iteration + training.seed));
}

export interface FakeTrainingEngine extends TrainingEngine {
  readonly jobs: AlignJob[];
  measured: number;
  disposed: boolean;
  /** Iteration after which training waits until it is cancelled or `release` is called; null for none. */
  holdAt: number | null;
  /** Iteration that is not a number, once. */
  divergeAt: number | null;
  /** Iteration at which the device is lost; every run of it is. */
  loseAt: number | null;
  /** Steps of pretraining wait for `release` too. */
  holdPretraining: boolean;
  release(): void;
}

export function fakeTrainingEngine(): FakeTrainingEngine {
  let waiting: (() => void)[] = [];
  const hold = (signal: AbortSignal | undefined) =>
    new Promise<void>((resolve, reject) => {
      waiting.push(resolve);
      signal?.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
    });
  const engine: FakeTrainingEngine = {
    info: { adapter: "fake", kind: "cpu", precision: "f64" },
    jobs: [],
    measured: 0,
    disposed: false,
    holdAt: null,
    divergeAt: null,
    loseAt: null,
    holdPretraining: false,
    release: () => {
      engine.holdAt = null;
      engine.holdPretraining = false;
      for (const resolve of waiting.splice(0)) resolve();
    },
    load: () => Promise.resolve({ parameters: Float64Array.of(1), steps: 0 }),
    pretrain: async (problem, { signal, from = null, onProgress, onCheckpoint } = {}) => {
      const steps = problem.kind === "glyphs" ? 0 : problem.network.pretrainSteps;
      let [step, weight] = [from?.step ?? 0, from?.parameters[0] ?? 1];
      while (step < 4) {
        step++;
        weight = 2 * weight + step;
        const parameters = Float64Array.of(weight);
        onCheckpoint?.({ step, parameters, average: parameters, memory: {} });
        onProgress?.({ step, steps, loss: 1 / (1 + step) });
        if (engine.holdPretraining) await hold(signal);
      }
      return { parameters: Float64Array.of(weight), steps };
    },
    scoreError: () => Promise.resolve([]),
    align: async (job, { signal, onIteration, onCheckpoint } = {}) => {
      engine.jobs.push(job);
      let at = job.from ?? { ...START, parameters: job.reference };
      while (at.iteration < job.training.iterations) {
        if (engine.holdAt === at.iteration) await hold(signal);
        signal?.throwIfAborted();
        if (engine.loseAt === at.iteration + 1)
          throw Object.assign(new Error("The WebGPU device was lost."), { name: "DeviceLostError" });
        if (engine.divergeAt === at.iteration + 1) {
          engine.divergeAt = null;
          throw new TrainingDivergedError(
            `training, iteration ${at.iteration + 1}: the loss is not a number`,
            at.iteration,
            at,
          );
        }
        at = after(at, job);
        onIteration?.(reportOf(at));
        onCheckpoint?.(at);
        await Promise.resolve();
      }
      return at;
    },
    measure: (job) => {
      engine.measured++;
      return Promise.resolve(job.arms.map((arm, i) => armOf(job, i, arm.baseline !== null)));
    },
    dispose: () => {
      engine.disposed = true;
      waiting = [];
    },
  };
  return engine;
}

const START = { iteration: 0, update: 0, networkCalls: 0, memory: {} };

function after(before: TrainingCheckpoint, job: AlignJob): TrainingCheckpoint {
  const iteration = before.iteration + 1;
  return {
    iteration,
    update: before.update + 4,
    networkCalls: before.networkCalls + 32,
    parameters: nextWeights(before.parameters, iteration, job),
    memory: { "adamw.step": Float64Array.of(iteration) },
  };
}

function reportOf({ iteration, update, networkCalls, parameters }: TrainingCheckpoint): IterationReport {
  const reward = sumsOf(parameters[0] ?? NaN);
  return {
    ...{ iteration, updates: update, networkCalls, reward, each: [reward] },
    ...{ loss: 1, gradientNorm: 1, clipFraction: 0, firstRatioError: 0, window: null, notes: [] },
  };
}

const sumsOf = (value: number) => ({ n: 8, nonFinite: 0, shift: value, s1: 0, s2: 8 });

function armOf({ parameters, problem }: MeasurePolicyJob, place: number, paired: boolean): PolicyArmResult {
  const value = (parameters[0] ?? NaN) - place;
  const samples = Float32Array.from({ length: 8 }, (_, i) => value + i / 8);
  const rewards = problem.kind === "glyphs" ? [] : problem.rewards;
  return {
    reward: sumsOf(value),
    each: [sumsOf(value)],
    heldOut: null,
    difference: paired ? sumsOf(1) : null,
    values: Float64Array.from(samples, (_, i) =>
      rewards.reduce((sum, { program, weight }) => sum + weight * createReward(program)(samples, i), 0),
    ),
    x: emptyVectorSums(Float64Array.of(0)),
    kl: paired ? sumsOf(0.1) : null,
    diversity: sumsOf(1),
    samples,
    prompts: null,
  };
}

/** Laws worked out in this thread. */
export function directPreparer(): TrainingPreparer & { readonly asked: TrainingSpec[] } {
  const asked: TrainingSpec[] = [];
  return {
    asked,
    prepare: (spec) => {
      asked.push(spec);
      const resolved = resolveTraining(spec);
      const { problem } = resolved;
      const view = problem.kind === "glyphs" ? null : trainingView(problem);
      return Promise.resolve({ key: problemKey(spec), parts: partsOf(resolved), view });
    },
    dispose: () => undefined,
  };
}

/** Weight files that ship one number, or none. */
export function fakeFiles(shipped: number | null = 1): WeightFiles {
  return {
    shipped: () =>
      Promise.resolve(shipped === null ? null : { parameters: Float64Array.of(shipped), steps: 4000 }),
    read: (bytes, name) =>
      bytes.length === 8
        ? Promise.resolve({ parameters: new Float64Array(bytes.slice().buffer), steps: 0 })
        : Promise.reject(new Error(`${name}: tensor hidden.0.weight must have shape [11, 128], got none`)),
    write: ({ parameters }) => Promise.resolve(new Uint8Array(parameters.slice().buffer)),
  };
}

/** Keeps runs, as a browser does. */
export function memoryKeptRuns(): KeptRuns & { readonly runs: Map<number, TrainingRun> } {
  const runs = new Map<number, TrainingRun>();
  const names = new Map<number, string | null>();
  return {
    runs,
    save: (run, name) => {
      runs.set(run.id, structuredClone(run));
      names.set(run.id, name);
      return Promise.resolve(true);
    },
    all: () =>
      Promise.resolve(
        [...runs.values()].map((run) => ({ ...summaryOf(run), name: names.get(run.id) ?? null })),
      ),
    find: (id) => Promise.resolve(structuredClone(runs.get(id) ?? null)),
    rename: (id, name) => Promise.resolve(void names.set(id, name)),
    remove: (id) => Promise.resolve(void runs.delete(id)),
  };
}

/** Keeps trainings, as a browser does, or refuses to. */
export function memoryKeptCells(refuses = false): KeptCells & { readonly cells: Map<string, CellResult> } {
  const cells = new Map<string, CellResult>();
  return {
    cells,
    all: () => Promise.resolve(structuredClone(cells)),
    save: (cell) => {
      if (refuses) return Promise.reject(new DOMException("the disk is full", "QuotaExceededError"));
      cells.set(cell.key, structuredClone(cell));
      return Promise.resolve();
    },
  };
}

export function trainingData(fields: Partial<TrainingLabData> = {}): TrainingLabData {
  return {
    ...{ spec: lineSpec(), theme: "system", seedLocked: false, sections: {}, embed: false },
    ...{ engine: { phase: "starting" }, prepared: null, reference: { phase: "none" } },
    ...{
      runs: [],
      keptRuns: [],
      runNames: {},
      compared: null,
      shown: null,
      scrub: null,
      run: { phase: "idle" },
      study: null,
      cells: new Map(),
    },
    storedStudies: {},
    engineChoice: "auto",
    ...{ findingsOpen: false, findings: { phase: "none" }, notices: [], linkProblem: null },
    ...fields,
  };
}

export interface TestPage {
  readonly store: ReturnType<typeof createTrainingStore>;
  readonly clock: ReturnType<typeof fakeClock>;
  readonly preparer: ReturnType<typeof directPreparer>;
  /** Engines made so far. */
  readonly engines: FakeTrainingEngine[];
  /** What was asked for each of them. */
  readonly choices: EngineChoice[];
  /** The first engine, made at once, so that it can be told what to do before it is used. */
  readonly engine: FakeTrainingEngine;
  readonly open: () => void;
  /** Lets time pass until nothing is left to do. */
  readonly settle: () => Promise<void>;
}

/** A page over fakes, opened. */
export async function openPage(
  parts: {
    spec?: TrainingSpec;
    files?: WeightFiles;
    kept?: KeptRuns;
    keptCells?: KeptCells;
    study?: TrainingLabData["study"];
  } = {},
): Promise<TestPage> {
  const clock = fakeClock();
  const { spec = lineSpec(), files = fakeFiles(), kept = noKeptRuns, study = null } = parts;
  const { keptCells = noKeptCells } = parts;
  const store = createTrainingStore(trainingData({ spec, study }), clock.now);
  const preparer = directPreparer();
  const engine = fakeTrainingEngine();
  const engines: FakeTrainingEngine[] = [];
  const choices: EngineChoice[] = [];
  const { open } = startTrainingCoordinator({
    ...{ store, preparer, files, kept, keptCells, clock },
    measurer: createMeasurer(),
    today: clock.now,
    createEngine: (choice) => {
      choices.push(choice);
      const made = engines.length === 0 ? engine : fakeTrainingEngine();
      engines.push(made);
      return Promise.resolve(made);
    },
  });
  const settle = async () => {
    for (let i = 0; i < 40; i++) await clock.pass(50);
  };
  open();
  await settle();
  return { store, clock, preparer, engines, choices, engine, open, settle };
}
