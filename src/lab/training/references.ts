/** Weights of the pretrained network: those that ship with the page, trained here, or brought by the user. */
import type {
  NetworkWeights,
  PretrainCheckpoint,
  PretrainProgress,
  TrainingCheckpoint,
  TrainingEngine,
  TrainingProblem,
} from "../../engine/training-engine.ts";
import type { TrainingSpec } from "../../spec/training/types.ts";
import { untilAborted } from "../abort.ts";
import { referenceKey } from "./keys.ts";
import type {
  ArrivedBytes,
  LossPoint,
  ReferenceState,
  ReferenceWeights,
  TrainingLabStore,
  TrainingPhase,
} from "./state.ts";

/** Files of weights, as the page can fetch, read and write them. */
export interface WeightFiles {
  /** Weights that ship for the spec's law, process and network; null where there are none. */
  shipped(spec: TrainingSpec, signal: AbortSignal): Promise<NetworkWeights | null>;
  /** Rejects with what is wrong with the file: the tensor, its shape and type. */
  read(bytes: Uint8Array, name: string, spec: TrainingSpec): Promise<NetworkWeights>;
  write(checkpoint: TrainingCheckpoint, spec: TrainingSpec): Promise<Uint8Array>;
}

export interface ReferencesParts {
  readonly store: TrainingLabStore;
  readonly files: WeightFiles;
  readonly setPhase: (phase: TrainingPhase) => void;
}

export interface References {
  /** The weights in use for this model, or those that ship for it; null if there are none. */
  ready(
    engine: TrainingEngine,
    spec: TrainingSpec,
    problem: TrainingProblem,
    signal: AbortSignal,
  ): Promise<ReferenceWeights | null>;
  /** Trains the network here, going on from a pretraining of this law that was stopped. */
  pretrained(
    engine: TrainingEngine,
    spec: TrainingSpec,
    problem: TrainingProblem,
    signal: AbortSignal,
  ): Promise<ReferenceWeights>;
  /** Makes weights from a file the reference of the spec's law. */
  imported(spec: TrainingSpec, weights: NetworkWeights): ReferenceWeights;
  take(weights: ReferenceWeights): void;
  /** Shows the pretraining of this law that waits to go on; false if there is none. */
  showHalted(spec: TrainingSpec): boolean;
  /** Forgets the pretraining that is shown, running or waiting. */
  giveUp(): void;
  /** Measures the score error of the weights in use, if it has not been. */
  measureError(engine: TrainingEngine, problem: TrainingProblem, signal: AbortSignal): Promise<void>;
}

const KEPT = 6;
const MOST_LOSSES = 2000;
/** Unfinished pretrainings kept; each is four rows of parameters. */
const MOST_HALTED = 3;

/** A pretraining as far as it has come. */
interface Begun {
  readonly checkpoint: PretrainCheckpoint | null;
  readonly progress: PretrainProgress | null;
  readonly losses: readonly LossPoint[];
}

const NOTHING_DONE: Begun = { checkpoint: null, progress: null, losses: [] };

/** Keeps the weights of the last few laws, so that undo does not train or fetch again. */
export function createReferences({ store, files, setPhase }: ReferencesParts): References {
  const known = new Map<
    string,
    { readonly weights: ReferenceWeights; readonly losses: readonly LossPoint[] }
  >();
  const begun = new Map<string, Begun>();

  /** What is shown of a law that nobody pretrains now. */
  function atRest(key: string): ReferenceState {
    const { progress, losses } = begun.get(key) ?? {};
    if (progress !== undefined && losses !== undefined) return { phase: "paused", key, progress, losses };
    const own = known.get(key);
    return own === undefined ? { phase: "none" } : { phase: "ready", ...own };
  }

  function take(weights: ReferenceWeights, losses: readonly LossPoint[] = []): ReferenceWeights {
    known.delete(weights.key);
    known.set(weights.key, { weights, losses });
    for (const old of known.keys()) if (known.size > KEPT) known.delete(old);
    store.setState({ reference: { phase: "ready", weights, losses } });
    return weights;
  }

  async function ready(
    engine: TrainingEngine,
    spec: TrainingSpec,
    problem: TrainingProblem,
    signal: AbortSignal,
  ): Promise<ReferenceWeights | null> {
    const key = referenceKey(spec);
    const own = known.get(key);
    if (own !== undefined) return take(own.weights, own.losses);
    setPhase({ phase: "preparing", what: "weights" });
    const arrived = (news: ArrivedBytes | null) =>
      store.setState({ reference: { phase: "loading", arrived: news } });
    arrived(null);
    try {
      const fetched =
        problem.kind === "glyphs"
          ? engine.load(problem, {
              signal,
              onBytes: (bytes, total, cached) => {
                if (!signal.aborted) arrived({ bytes, total, cached });
              },
            })
          : files.shipped(spec, signal);
      const found = await untilAborted(fetched, signal, "weights");
      if (found !== null) return take({ key, origin: "shipped", ...found, scoreError: null });
      store.setState({ reference: { phase: "none" } });
      return null;
    } catch (error) {
      store.setState({ reference: { phase: "none" } });
      throw error;
    }
  }

  async function pretrained(
    engine: TrainingEngine,
    spec: TrainingSpec,
    problem: TrainingProblem,
    signal: AbortSignal,
  ): Promise<ReferenceWeights> {
    const key = referenceKey(spec);
    const start = begun.get(key) ?? NOTHING_DONE;
    let checkpoint = start.checkpoint;
    const show = (news: Begun) => {
      begun.delete(key);
      begun.set(key, news);
      for (const old of begun.keys()) if (begun.size > MOST_HALTED) begun.delete(old);
      const { progress, losses } = news;
      store.setState({ reference: { phase: "pretraining", key, progress, losses } });
    };
    setPhase({ phase: "preparing", what: "pretraining" });
    show(start);
    try {
      const made = await untilAborted(
        engine.pretrain(problem, {
          signal,
          from: checkpoint,
          onCheckpoint: (news) => {
            checkpoint = news;
          },
          onProgress: (progress) => {
            if (signal.aborted) return;
            const before = begun.get(key)?.losses ?? [];
            const point = { step: progress.step, loss: progress.loss };
            show({ checkpoint, progress, losses: [...before.slice(-MOST_LOSSES), point] });
          },
        }),
        signal,
        "pretraining",
      );
      const losses = begun.get(key)?.losses ?? [];
      begun.delete(key);
      return take({ key, origin: "pretrained", ...made, scoreError: null }, losses);
    } catch (error) {
      // Settings that leave the numbers would leave them again.
      if (error instanceof RangeError) begun.delete(key);
      store.setState({ reference: atRest(key) });
      throw error;
    }
  }

  function giveUp(): void {
    const { reference } = store.getState();
    if (reference.phase !== "pretraining" && reference.phase !== "paused") return;
    begun.delete(reference.key);
    store.setState({ reference: atRest(reference.key) });
  }

  function showHalted(spec: TrainingSpec): boolean {
    const key = referenceKey(spec);
    if (!begun.has(key)) return false;
    store.setState({ reference: atRest(key) });
    return true;
  }

  async function measureError(
    engine: TrainingEngine,
    problem: TrainingProblem,
    signal: AbortSignal,
  ): Promise<void> {
    const { reference } = store.getState();
    if (reference.phase !== "ready" || reference.weights.scoreError !== null) return;
    // Nobody knows the exact score of images.
    if (problem.kind === "glyphs") return;
    const { weights, losses } = reference;
    const scoreError = await untilAborted(
      engine.scoreError(problem, weights.parameters, { signal }),
      signal,
      "score error",
    );
    known.set(weights.key, { weights: { ...weights, scoreError }, losses });
    const now = store.getState().reference;
    if (now.phase === "ready" && now.weights === weights)
      store.setState({ reference: { phase: "ready", weights: { ...weights, scoreError }, losses } });
  }

  return {
    ready,
    pretrained,
    measureError,
    showHalted,
    giveUp,
    imported: (spec, weights) =>
      take({ key: referenceKey(spec), origin: "imported", ...weights, scoreError: null }),
    take: (weights) => void take(weights),
  };
}
