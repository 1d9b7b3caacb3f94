/** The page's side of the image worker: the whole ImageEngine interface over messages. */
import { DeviceLostError } from "../../gpu/errors.ts";
import type { ImageEngine, ImageEngineChoice } from "../image-engine.ts";
import { askWorker, type WorkerPort } from "../worker-port.ts";
import type { ImageAnswer, ImageNews, ImageReply, ImageRequest } from "./messages.ts";

/** The part of Worker that is used. */
export type ImagePort = WorkerPort<ImageRequest, ImageReply>;

/**
 * An engine in a worker. `base` is the address of the folder that holds `models/`; `ownTeacher` a weight file in the place of the
 * shipped teacher. Rejects where the worker cannot start.
 */
export async function createWorkerImageEngine(
  spawn: () => ImagePort,
  base: string,
  rewards: readonly string[],
  choice: ImageEngineChoice,
  ownTeacher: Uint8Array | null = null,
): Promise<ImageEngine> {
  const { ask, start, dispose } = askWorker<ImageRequest, ImageAnswer, ImageNews>(spawn(), {
    name: "image worker",
    remedy: "press Run to start it again",
    news: ["bytes", "progress"],
    failure,
  });
  const question = { kind: "start", base, rewards, choice, ownTeacher } as const;
  const { info, refusals } = await start("started", question);
  return {
    info,
    refusal: (kind) => refusals[kind] ?? null,
    load: async (weights, { signal, onBytes } = {}) => {
      const { bytes } = await ask("loaded", { kind: "load", weights }, signal, (news) => {
        if (news.kind === "bytes") onBytes?.(news.bytes, news.total, news.cached);
      });
      return { bytes };
    },
    run: async (job, { signal, onProgress } = {}) => {
      const { arms } = await ask("ran", { kind: "run", job }, signal, (news) => {
        if (news.kind === "progress") onProgress?.(news.done);
      });
      return arms;
    },
    realFeatures: async ({ signal } = {}) =>
      (await ask("real-features", { kind: "real-features" }, signal)).real,
    dispose,
  };
}

function failure({ message, cause }: Extract<ImageAnswer, { kind: "failed" }>): Error | null {
  if (cause === "aborted") return null;
  return cause === "device-lost" ? new DeviceLostError(message) : new Error(message);
}
