/** Weights of the pretrained network: those that ship with the page, trained here, or brought by the user. */
import type {
  NetworkWeights,
  TrainingCheckpoint,
  TrainingEngine,
  TrainingProblem,
} from "../../engine/training-engine.ts";
import type { TrainingSpec } from "../../spec/training/types.ts";
import { untilAborted } from "../abort.ts";
import { referenceKey } from "./keys.ts";
import type { LossPoint, ReferenceWeights, TrainingLabStore, TrainingPhase } from "./state.ts";

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
  /** The weights in use for this law, or those that ship for it; null if there are none. */
  shipped(spec: TrainingSpec, signal: AbortSignal): Promise<ReferenceWeights | null>;
  /** Trains the network here. */
  pretrained(
    engine: TrainingEngine,
    spec: TrainingSpec,
    problem: TrainingProblem,
    signal: AbortSignal,
  ): Promise<ReferenceWeights>;
  /** Makes weights from a file the reference of the spec's law. */
  imported(spec: TrainingSpec, weights: NetworkWeights): ReferenceWeights;
  take(weights: ReferenceWeights): void;
  /** Measures the score error of the weights in use, if it has not been. */
  measureError(engine: TrainingEngine, problem: TrainingProblem, signal: AbortSignal): Promise<void>;
}

const KEPT = 6;
const MOST_LOSSES = 2000;

/** Keeps the weights of the last few laws, so that undo does not train or fetch again. */
export function createReferences({ store, files, setPhase }: ReferencesParts): References {
  const known = new Map<
    string,
    { readonly weights: ReferenceWeights; readonly losses: readonly LossPoint[] }
  >();

  function take(weights: ReferenceWeights, losses: readonly LossPoint[] = []): ReferenceWeights {
    known.delete(weights.key);
    known.set(weights.key, { weights, losses });
    for (const old of known.keys()) if (known.size > KEPT) known.delete(old);
    store.setState({ reference: { phase: "ready", weights, losses } });
    return weights;
  }

  async function shipped(spec: TrainingSpec, signal: AbortSignal): Promise<ReferenceWeights | null> {
    const key = referenceKey(spec);
    const own = known.get(key);
    if (own !== undefined) return take(own.weights, own.losses);
    setPhase({ phase: "preparing", what: "weights" });
    store.setState({ reference: { phase: "loading" } });
    try {
      const found = await untilAborted(files.shipped(spec, signal), signal, "weights");
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
    let losses: readonly LossPoint[] = [];
    setPhase({ phase: "preparing", what: "pretraining" });
    store.setState({ reference: { phase: "pretraining", key, progress: null, losses } });
    try {
      const made = await untilAborted(
        engine.pretrain(problem, {
          signal,
          onProgress: (progress) => {
            if (signal.aborted) return;
            losses = [...losses.slice(-MOST_LOSSES), { step: progress.step, loss: progress.loss }];
            store.setState({ reference: { phase: "pretraining", key, progress, losses } });
          },
        }),
        signal,
        "pretraining",
      );
      return take({ key, origin: "pretrained", ...made, scoreError: null }, losses);
    } catch (error) {
      const own = known.get(key);
      store.setState({ reference: own === undefined ? { phase: "none" } : { phase: "ready", ...own } });
      throw error;
    }
  }

  async function measureError(
    engine: TrainingEngine,
    problem: TrainingProblem,
    signal: AbortSignal,
  ): Promise<void> {
    const { reference } = store.getState();
    if (reference.phase !== "ready" || reference.weights.scoreError !== null) return;
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
    shipped,
    pretrained,
    measureError,
    imported: (spec, weights) =>
      take({ key: referenceKey(spec), origin: "imported", ...weights, scoreError: null }),
    take: (weights) => void take(weights),
  };
}
