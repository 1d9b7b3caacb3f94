/** Stand-ins for what the lab gets from outside: time, engines, theory, the address. Made for tests that must not wait. */
import type { Engine, EngineInfo, MeasureJob, MeasureResult, RunControl } from "../../src/engine/engine.ts";
import type { AddressBar } from "../../src/lab/address.ts";
import type { Clock } from "../../src/lab/clock.ts";
import type { PreparedStudy, Preparer } from "../../src/lab/preparer.ts";
import { DEFAULT_PREFERENCES } from "../../src/lab/preferences.ts";
import type { LabData } from "../../src/lab/state.ts";
import type { ViewPreparer } from "../../src/lab/view-preparer.ts";
import type { ChartData } from "../../src/measure/series.ts";
import { defaultSpec } from "../../src/spec/defaults.ts";
import type { ExperimentSpec } from "../../src/spec/types.ts";

/** A clock that stands still until `pass` moves it. Lets promises settle between timers. */
export function fakeClock(): Clock & { pass(ms: number): Promise<void> } {
  let now = 0;
  let timers: { at: number; work: () => void }[] = [];
  const settle = async () => {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  };
  return {
    now: () => now,
    after: (ms, work) => {
      const timer = { at: now + ms, work };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    pass: async (ms) => {
      const end = now + ms;
      for (;;) {
        await settle();
        const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        timers = timers.filter((timer) => timer !== next);
        now = next.at;
        next.work();
      }
      now = end;
      await settle();
    },
  };
}

export function labData(fields: Partial<LabData> = {}): LabData {
  return {
    spec: defaultSpec(),
    study: "gap-eta",
    embed: false,
    ...DEFAULT_PREFERENCES,
    run: { phase: "idle" },
    charts: {},
    engine: { phase: "starting" },
    notices: [],
    linkProblem: null,
    ...fields,
  };
}

/** The default spec with fields of `evaluation` and `sampler` replaced. */
export function specWith(
  evaluation: Partial<ExperimentSpec["evaluation"]>,
  sampler: Partial<ExperimentSpec["sampler"]> = {},
): ExperimentSpec {
  const spec = defaultSpec();
  return {
    ...spec,
    sampler: { ...spec.sampler, ...sampler },
    evaluation: { ...spec.evaluation, ...evaluation },
  };
}

export function chartNamed(title: string): ChartData {
  const axis = { label: "x", symbol: "x", scale: "linear" } as const;
  return { chart: "line", id: "c", title, x: axis, y: axis, series: [], summary: title, notes: [] };
}

export interface FakeRun {
  readonly job: MeasureJob;
  readonly control: RunControl;
  finish(): void;
  fail(error: Error): void;
}

export interface FakeEngine extends Engine {
  readonly runs: FakeRun[];
  lose(reason: string): void;
  disposed: boolean;
}

const EMPTY: MeasureResult = { arms: [] };

/** An engine whose runs end when the test says so, or on abort unless it is `stubborn`. */
export function fakeEngine(info: Partial<EngineInfo> = {}, stubborn = false): FakeEngine {
  const runs: FakeRun[] = [];
  let lose: (reason: string) => void = () => undefined;
  const lost = new Promise<string>((resolve) => (lose = resolve));
  const never = () => Promise.reject(new Error("not in this test"));
  const engine: FakeEngine = {
    info: { kind: "cpu", adapter: "fake", software: false, precision: "f64", maxParticles: 1e7, ...info },
    runs,
    lose,
    disposed: false,
    lost,
    dispose: () => {
      engine.disposed = true;
    },
    measure: (job, control = {}) =>
      new Promise((resolve, reject) => {
        runs.push({ job, control, finish: () => resolve(EMPTY), fail: reject });
        if (!stubborn)
          control.signal?.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
      }),
    record: never,
    rewards: never,
    bits: never,
    normals: never,
    step: never,
    logProb: never,
  };
  return engine;
}

export interface FakePreparer extends Preparer {
  readonly asked: { spec: ExperimentSpec; study: string }[];
  /** Answers instead of the usual ones. */
  respond: ((spec: ExperimentSpec) => Promise<PreparedStudy>) | null;
}

/** Theory at once; charts are named after eta and the stage. */
export function fakePreparer(): FakePreparer {
  const preparer: FakePreparer = {
    asked: [],
    respond: null,
    prepare: async (spec, study) => {
      preparer.asked.push({ spec, study });
      return preparer.respond ? preparer.respond(spec) : preparedStudy(spec);
    },
    cells: () => Promise.reject(new Error("not in this test")),
    dispose: () => undefined,
  };
  return preparer;
}

export function preparedStudy(spec: ExperimentSpec): PreparedStudy {
  const { particles, seed } = spec.evaluation;
  return {
    charts: [chartNamed(`theory eta ${spec.sampler.eta}`)],
    job: {
      particles,
      seed,
      reward: { kind: "linear", dim: 1, weights: Float64Array.of(1), offset: 0 },
      arms: [],
    },
    refusal: null,
    assemble: () => Promise.resolve([chartNamed(`measured eta ${spec.sampler.eta}`)]),
  };
}

export const fakeViews: ViewPreparer = {
  prepare: () => Promise.reject(new Error("not in this test")),
  dispose: () => undefined,
};

export interface FakeBar extends AddressBar {
  hash: string;
  writes: number;
  /** The user goes to another hash. */
  visit(hash: string): void;
}

export function fakeBar(hash = ""): FakeBar {
  let listener: () => void = () => undefined;
  const bar: FakeBar = {
    hash,
    writes: 0,
    read: () => bar.hash,
    replace: (next) => {
      bar.hash = next;
      bar.writes++;
    },
    onChange: (call) => {
      listener = call;
      return () => (listener = () => undefined);
    },
    visit: (next) => {
      bar.hash = next;
      listener();
    },
  };
  return bar;
}
