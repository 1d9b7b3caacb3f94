/** The page's side of the training worker: the whole TrainingEngine interface over messages. */
import { DeviceLostError } from "../../gpu/errors.ts";
import type { EngineChoice } from "../engine.ts";
import { TrainingDivergedError, type TrainingEngine } from "../training-engine.ts";
import type { TrainingAnswer, TrainingNews, TrainingReply, TrainingRequest } from "./messages.ts";

/** The part of Worker that is used. */
export interface TrainingPort {
  postMessage(request: TrainingRequest): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<TrainingReply>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

interface Waiting {
  readonly resolve: (reply: TrainingAnswer) => void;
  readonly reject: (error: Error) => void;
  readonly onNews: (news: TrainingNews) => void;
}

type Request = TrainingRequest extends infer R ? (R extends { id: number } ? Omit<R, "id"> : never) : never;
type Kind = TrainingAnswer["kind"];
type AnswerOf<K extends Kind> = Extract<TrainingAnswer, { kind: K }>;

/** An engine in a worker; models lie below `base`, an absolute address. Rejects where the worker cannot start. */
export async function createWorkerTrainingEngine(
  spawn: () => TrainingPort,
  base = "",
  choice: EngineChoice = "cpu",
): Promise<TrainingEngine> {
  const port = spawn();
  const waiting = new Map<number, Waiting>();
  let nextId = 0;
  let stopped: Error | null = null;

  const settle = (id: number) => {
    const entry = waiting.get(id);
    waiting.delete(id);
    return entry;
  };
  const stop = (error: Error) => {
    stopped = error;
    for (const id of [...waiting.keys()]) settle(id)?.reject(error);
  };
  port.onmessage = ({ data }) => {
    if (isNews(data)) waiting.get(data.id)?.onNews(data);
    else if (data.kind === "failed") settle(data.id)?.reject(failure(data));
    else settle(data.id)?.resolve(data);
  };
  port.onerror = (event) => {
    const reason = event.message || "it could not be loaded";
    stop(
      new Error(
        `training worker: must answer, but it stopped (${reason}); reload the page to start it again`,
      ),
    );
  };

  /** Cancelled at once here; the worker follows at its next break, and what it still says is dropped. */
  async function ask<K extends Kind>(
    kind: K,
    request: Request,
    signal?: AbortSignal,
    onNews: (news: TrainingNews) => void = () => undefined,
  ): Promise<AnswerOf<K>> {
    if (stopped) throw stopped;
    if (signal?.aborted) throw cancelled();
    const id = nextId++;
    const cancel = () => {
      port.postMessage({ kind: "cancel", id });
      settle(id)?.reject(cancelled());
    };
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      const reply = await new Promise<TrainingAnswer>((resolve, reject) => {
        waiting.set(id, { resolve, reject, onNews });
        port.postMessage({ ...request, id } as TrainingRequest);
      });
      if (reply.kind !== kind)
        throw new Error(`training worker: internal: got an answer of kind ${reply.kind} to another question`);
      return reply as AnswerOf<K>;
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  const { info } = await ask("started", { kind: "start", base, choice }).catch((error: unknown) => {
    port.terminate();
    throw error;
  });
  return {
    info,
    load: async (problem, { signal, onBytes } = {}) => {
      const reply = await ask("loaded", { kind: "load", problem }, signal, (news) => {
        if (news.kind === "loading") onBytes?.(news.bytes, news.total, news.cached);
      });
      return reply.weights;
    },
    pretrain: async (problem, { signal, from = null, onProgress, onCheckpoint } = {}) => {
      const reply = await ask("pretrained", { kind: "pretrain", problem, from }, signal, (news) => {
        if (news.kind === "pretraining") onProgress?.(news.progress);
        if (news.kind === "pretrain-checkpoint") onCheckpoint?.(news.checkpoint);
      });
      return reply.weights;
    },
    scoreError: async (problem, parameters, { signal } = {}) =>
      (await ask("scored", { kind: "score-error", problem, parameters }, signal)).errors,
    align: async (job, { signal, onIteration, onCheckpoint } = {}) => {
      const reply = await ask("aligned", { kind: "align", job }, signal, (news) => {
        if (news.kind === "iteration") onIteration?.(news.report);
        if (news.kind === "checkpoint") onCheckpoint?.(news.checkpoint);
      });
      return reply.checkpoint;
    },
    measure: async (job, { signal } = {}) => (await ask("measured", { kind: "measure", job }, signal)).arms,
    dispose: () => {
      port.terminate();
      stop(cancelled());
    },
  };
}

const NEWS: readonly string[] = [
  "loading",
  "pretraining",
  "pretrain-checkpoint",
  "iteration",
  "checkpoint",
] satisfies readonly TrainingNews["kind"][];

function isNews(reply: TrainingReply): reply is TrainingNews {
  return NEWS.includes(reply.kind);
}

function failure({ message, aborted, refused, lost, diverged }: AnswerOf<"failed">): Error {
  if (aborted) return cancelled();
  if (lost) return new DeviceLostError(message);
  if (diverged) return new TrainingDivergedError(message, diverged.iteration, diverged.checkpoint);
  return refused ? new RangeError(message) : new Error(message);
}

function cancelled(): DOMException {
  return new DOMException("training worker: cancelled", "AbortError");
}
