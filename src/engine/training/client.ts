/** The page's side of the training worker: the whole TrainingEngine interface over messages. */
import { DeviceLostError } from "../../gpu/errors.ts";
import type { EngineChoice } from "../engine.ts";
import { TrainingDivergedError, type TrainingEngine } from "../training-engine.ts";
import { askWorker, type WorkerPort } from "../worker-port.ts";
import { changingInfo } from "./changing-info.ts";
import type { TrainingAnswer, TrainingNews, TrainingReply, TrainingRequest } from "./messages.ts";

/** The part of Worker that is used. */
export type TrainingPort = WorkerPort<TrainingRequest, TrainingReply>;

/** An engine in a worker; models lie below `base`, an absolute address. Rejects where the worker cannot start. */
export async function createWorkerTrainingEngine(
  spawn: () => TrainingPort,
  base = "",
  choice: EngineChoice = "cpu",
): Promise<TrainingEngine> {
  const worker = askWorker<TrainingRequest, TrainingAnswer, TrainingNews>(spawn(), {
    name: "training worker",
    remedy: "reload the page to start it again",
    news: ["info", "loading", "pretraining", "pretrain-checkpoint", "iteration", "checkpoint"],
    failure,
  });
  const { dispose } = worker;
  const started = await worker.start("started", { kind: "start", base, choice });
  const info = changingInfo(started.info);
  const ask: typeof worker.ask = (kind, request, signal, onNews) =>
    worker.ask(kind, request, signal, (news) => {
      if (news.kind === "info") info.learn(news.info);
      else onNews?.(news);
    });
  return {
    get info() {
      return info.now();
    },
    watchInfo: info.watch,
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
    dispose,
  };
}

function failure({
  message,
  aborted,
  refused,
  lost,
  diverged,
}: Extract<TrainingAnswer, { kind: "failed" }>): Error | null {
  if (aborted) return null;
  if (lost) return new DeviceLostError(message);
  if (diverged) return new TrainingDivergedError(message, diverged.iteration, diverged.checkpoint);
  return refused ? new RangeError(message) : new Error(message);
}
