/**
 * Keeps the image page up to date: weights first, then the grid, then the charts batch by batch. One run at a time; a newer
 * edit stops the older run.
 */
import type { ImageEngine, ImageEngineChoice } from "../../engine/image-engine.ts";
import { type GridRow, type ImageGrid, odeKey, runGrid } from "../../experiments/images/grid.ts";
import {
  computableRewards,
  type ImageStudyData,
  isComplete,
  measureStudy,
  type RewardTitle,
  studyCharts,
  studyKey,
} from "../../experiments/images/studies.ts";
import { SpecError } from "../../spec/problems.ts";
import type { GlyphWeights, ImageSpec } from "../../spec/images/types.ts";
import { isAbort, messageOf, untilAborted } from "../abort.ts";
import type { Clock } from "../clock.ts";
import type { RunState } from "../state.ts";
import { type KnownGrid, rejudged, samplesOf } from "./samples.ts";
import type { ImageLabStore, WeightsState } from "./state.ts";
import { imageSpecKey } from "./store.ts";

export interface ImageCoordinatorParts {
  readonly store: ImageLabStore;
  /** Starts an engine; rejects with a plain reason where none can run. */
  readonly createEngine: (choice: ImageEngineChoice, ownTeacher: Uint8Array | null) => Promise<ImageEngine>;
  readonly clock: Clock;
  /** Title and unit of a reward. */
  readonly rewardTitle: (kind: string) => RewardTitle;
}

const DEBOUNCE_MS = 60;
const PROGRESS_MS = 100;
const CACHE_SIZE = 12;

/** Watches the store. Returns a function that stops everything. */
export function startImageCoordinator({
  store,
  createEngine,
  clock,
  rewardTitle,
}: ImageCoordinatorParts): () => void {
  let engine: Promise<ImageEngine> | null = null;
  /** After a lost device the page stays on the CPU until the user chooses again. */
  let lostDevice = false;
  let stopRun = new AbortController();
  let callOff: (() => void) | null = null;
  const grids = new Map<string, KnownGrid>();
  /** The newest row of the ODE: it stays where eta alone changes. */
  let ode: { readonly key: string; readonly row: GridRow } | null = null;
  const studies = new Map<string, ImageStudyData>();

  const setRun = (run: RunState) => store.setState({ run });

  function engineInUse(): Promise<ImageEngine> {
    const { engineChoice, ownTeacher } = store.getState();
    engine ??= createEngine(lostDevice ? "cpu" : engineChoice, ownTeacher?.file ?? null).then(
      (made) => {
        const { adapter, reason } = made.info;
        store.setState({ engine: { phase: "ready", adapter, reason } });
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

  /** The next run starts an engine anew, and loads its weights anew (from the browser's cache). */
  function dropEngine() {
    const old = engine;
    engine = null;
    void old?.then((made) => made.dispose()).catch(() => undefined);
    store.setState({
      engine: { phase: "starting" },
      weights: { student: { phase: "none" }, teacher: { phase: "none" } },
    });
  }

  function setWeights(which: GlyphWeights, state: WeightsState) {
    store.setState({ weights: { ...store.getState().weights, [which]: state } });
  }

  async function loadWeights(used: ImageEngine, which: GlyphWeights, signal: AbortSignal): Promise<void> {
    if (store.getState().weights[which].phase === "ready") return;
    try {
      const onBytes = (bytes: number, total: number, cached: boolean) =>
        setWeights(which, { phase: "loading", bytes, total, cached });
      const { bytes } = await used.load(which, { signal, onBytes });
      setWeights(which, { phase: "ready", bytes });
    } catch (error) {
      setWeights(which, isAbort(error) ? { phase: "none" } : { phase: "failed", message: messageOf(error) });
      throw error;
    }
  }

  function begin(wait: number) {
    stopRun.abort();
    callOff?.();
    const own = new AbortController();
    stopRun = own;
    callOff = clock.after(wait, () => void run(own.signal));
  }

  async function run(signal: AbortSignal): Promise<void> {
    const { spec } = store.getState();
    const started = clock.now();
    setRun({ phase: "preparing" });
    try {
      const used = await untilAborted(engineInUse(), signal, "images");
      await loadWeights(used, spec.model.weights, signal);
      await showGrid(used, spec, signal);
      await showCharts(used, spec, signal);
      setRun({ phase: "done", wallMs: clock.now() - started, particles: spec.evaluation.images });
    } catch (error) {
      if (signal.aborted || isAbort(error)) return;
      if (error instanceof Error && error.name === "DeviceLostError" && !lostDevice) {
        lostDevice = true;
        dropEngine();
        store.getState().notify({
          id: "device-lost",
          tone: "warning",
          text: `${error.message} The images are drawn again, on the CPU.`,
        });
        return run(signal);
      }
      // The next run starts another worker.
      if (error instanceof Error && error.name === "WorkerStoppedError") dropEngine();
      const problems = error instanceof SpecError ? error.problems : [];
      setRun({ phase: "failed", message: messageOf(error), problems });
    }
  }

  function progress(stage: "preview" | "full", signal: AbortSignal): (done: number) => void {
    const started = clock.now();
    let last = -Infinity;
    return (done) => {
      const now = clock.now();
      if (signal.aborted || now - last < PROGRESS_MS) return;
      last = now;
      const etaMs = done > 0.02 ? ((now - started) * (1 - done)) / done : null;
      setRun({ phase: "running", stage, done, etaMs });
    };
  }

  async function showGrid(used: ImageEngine, spec: ImageSpec, signal: AbortSignal): Promise<void> {
    const specKey = imageSpecKey(spec);
    const key = gridKey(spec);
    const known = grids.get(key);
    if (known !== undefined) {
      store.setState({ samples: { ...rejudged(known, spec.reward), specKey } });
      return;
    }
    const started = clock.now();
    const report = progress("preview", signal);
    report(0);
    const before = store.getState().samples;
    const onPart = (part: ImageGrid) => {
      if (signal.aborted) return;
      store.setState({ samples: samplesOf(part, spec, clock.now() - started, before) });
    };
    const ownOde = odeKey(spec);
    const same = ode?.key === ownOde ? { ode: ode.row } : {};
    const control = { signal, onProgress: report, onPart, ...same };
    const grid = await untilAborted(runGrid(used, spec, control), signal, "images");
    const samples = samplesOf(grid, spec, clock.now() - started);
    ode = { key: ownOde, row: grid.rows[0] };
    remember(grids, key, { samples, colours: [grid.rows[0].colours, grid.rows[1].colours] });
    store.setState({ samples });
  }

  async function showCharts(used: ImageEngine, spec: ImageSpec, signal: AbortSignal): Promise<void> {
    const key = studyKey(spec);
    const refusal = used.refusal(spec.reward.kind);
    if (refusal !== null) {
      store.setState({ charts: { specKey: imageSpecKey(spec), stage: "full", charts: [] } });
      throw new SpecError([{ field: "reward.kind", message: `${refusal}; choose another reward` }]);
    }
    const publish = (data: ImageStudyData, stage: "partial" | "full") =>
      store.setState({
        charts: {
          specKey: imageSpecKey(spec),
          stage,
          charts: studyCharts(spec, data, rewardTitle(spec.reward.kind), stage),
        },
      });
    const known = studies.get(key);
    if (known !== undefined) return publish(known, "full");
    const report = progress("full", signal);
    const data = await measureStudy(used, spec, {
      signal,
      // All of them: they cost little beside the network, and another choice then needs no new images.
      rewards: computableRewards(used),
      onProgress: report,
      onBatch: (done, sofar) => {
        if (signal.aborted) return;
        report(done);
        if (isComplete(spec, sofar)) publish(sofar, "partial");
      },
    });
    remember(studies, key, data);
    publish(data, "full");
  }

  store.setState({
    start: () => {
      // At once, so that workers start while the page is being drawn; a failure is told by the run.
      engineInUse().catch(() => undefined);
      begin(0);
    },
    cancel: () => {
      stopRun.abort();
      callOff?.();
      setRun({ phase: "cancelled" });
    },
  });
  const unsubscribe = store.subscribe((state, before) => {
    if (state.engineChoice !== before.engineChoice) lostDevice = false;
    if (state.engineChoice !== before.engineChoice || state.ownTeacher !== before.ownTeacher) {
      dropEngine();
      grids.clear();
      ode = null;
      studies.clear();
      begin(0);
    }
    if (state.spec !== before.spec && state.live) begin(DEBOUNCE_MS);
  });
  return () => {
    unsubscribe();
    stopRun.abort();
    callOff?.();
    void engine?.then((made) => made.dispose()).catch(() => undefined);
  };
}

/** What decides the grid: not the chosen reward, since every image comes with all of them. */
function gridKey({ model, sampler, evaluation }: ImageSpec): string {
  return JSON.stringify([model, sampler, evaluation.tiles, evaluation.seed]);
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.set(key, value);
  for (const old of map.keys()) {
    if (map.size <= CACHE_SIZE) break;
    map.delete(old);
  }
}
