/** The worker's side of the messages: answers requests with an engine. */
import { DeviceLostError } from "../../gpu/errors.ts";
import type { EngineChoice } from "../engine.ts";
import { type TrainingEngine, TrainingDivergedError } from "../training-engine.ts";
import type { TrainingAnswer, TrainingReply, TrainingRequest } from "./messages.ts";

/** Takes a request; its replies go to `post`, in order. */
export type TrainingServer = (request: TrainingRequest) => void;

type Work = Exclude<TrainingRequest, { kind: "cancel" }>;

/** A server over the engine that `open` makes at the first request. */
export function createTrainingServer(
  open: (base: string, choice: EngineChoice) => Promise<TrainingEngine>,
  post: (reply: TrainingReply) => void,
): TrainingServer {
  const running = new Map<number, AbortController>();
  let engine: Promise<TrainingEngine> | null = null;
  const watched = (opened: TrainingEngine): TrainingEngine => {
    opened.watchInfo?.((info) => {
      for (const id of running.keys()) post({ kind: "info", id, info });
    });
    return opened;
  };
  return (request) => {
    if (request.kind === "cancel") {
      running.get(request.id)?.abort();
      return;
    }
    const own = new AbortController();
    running.set(request.id, own);
    engine ??= (request.kind === "start" ? open(request.base, request.choice) : open("", "cpu")).then(
      watched,
    );
    void engine
      .then((opened) => answer(opened, request, own.signal, post))
      .catch((error: unknown) => failure(request.id, error))
      .then((reply) => {
        running.delete(request.id);
        post(reply);
      });
  };
}

async function answer(
  engine: TrainingEngine,
  request: Work,
  signal: AbortSignal,
  post: (reply: TrainingReply) => void,
): Promise<TrainingAnswer> {
  const { id } = request;
  switch (request.kind) {
    case "start":
      return { kind: "started", id, info: engine.info };
    case "load": {
      const weights = await engine.load(request.problem, {
        signal,
        onBytes: (bytes, total, cached) => post({ kind: "loading", id, bytes, total, cached }),
      });
      return { kind: "loaded", id, weights };
    }
    case "pretrain": {
      const weights = await engine.pretrain(request.problem, {
        signal,
        from: request.from,
        onProgress: (progress) => post({ kind: "pretraining", id, progress }),
        onCheckpoint: (checkpoint) => post({ kind: "pretrain-checkpoint", id, checkpoint }),
      });
      return { kind: "pretrained", id, weights };
    }
    case "score-error": {
      const errors = await engine.scoreError(request.problem, request.parameters, { signal });
      return { kind: "scored", id, errors };
    }
    case "align": {
      const checkpoint = await engine.align(request.job, {
        signal,
        onIteration: (report) => post({ kind: "iteration", id, report }),
        onCheckpoint: (news) => post({ kind: "checkpoint", id, checkpoint: news }),
      });
      return { kind: "aligned", id, checkpoint };
    }
    case "measure":
      return { kind: "measured", id, arms: await engine.measure(request.job, { signal }) };
  }
}

function failure(id: number, error: unknown): TrainingAnswer {
  const diverged = error instanceof TrainingDivergedError;
  return {
    kind: "failed",
    id,
    message: error instanceof Error ? error.message : String(error),
    aborted: error instanceof Error && error.name === "AbortError",
    refused: error instanceof RangeError,
    lost: error instanceof DeviceLostError,
    diverged: diverged ? { iteration: error.iteration, checkpoint: error.checkpoint } : null,
  };
}
