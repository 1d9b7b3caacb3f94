/** The image worker: holds networks and classifiers, samples and rewards off the page's thread. */
import type { ImageEngine } from "../image-engine.ts";
import { browserParts } from "./browser-parts.ts";
import { createLocalImageEngine } from "./local.ts";
import type { ImageReply, ImageRequest } from "./messages.ts";
import { thinned, thinnedBytes } from "./thinned.ts";

/** Least time between two pieces of news: a small network makes a step in a few milliseconds, and parts of a file come as fast. */
const PROGRESS_MS = 50;

let engine: Promise<ImageEngine> | null = null;
const running = new Map<number, AbortController>();

addEventListener("message", (event: MessageEvent<ImageRequest>) => {
  const request = event.data;
  if (request.kind === "cancel") {
    running.get(request.id)?.abort();
    return;
  }
  const own = new AbortController();
  running.set(request.id, own);
  answer(request, own.signal)
    .catch((error: unknown): ImageReply => ({
      kind: "failed",
      id: request.id,
      message: error instanceof Error ? error.message : String(error),
      cause: causeOf(error),
    }))
    .then((reply) => {
      running.delete(request.id);
      postMessage(reply, { transfer: buffersOf(reply) });
    });
});

async function answer(
  request: Exclude<ImageRequest, { kind: "cancel" }>,
  signal: AbortSignal,
): Promise<ImageReply> {
  const { id } = request;
  if (request.kind === "start") {
    engine = browserParts(request.base, request.choice, request.ownTeacher).then(createLocalImageEngine);
    const { info, refusal } = await engine;
    return { kind: "started", id, info, refusals: refusalsOf(request.rewards, refusal) };
  }
  if (engine === null) throw new Error("image worker: internal: must be started first");
  const used = await engine;
  if (request.kind === "load") {
    const some = thinnedBytes(PROGRESS_MS, (done, total, cached) =>
      postMessage({ kind: "bytes", id, bytes: done, total, cached }),
    );
    const { bytes } = await used.load(request.weights, { signal, onBytes: some });
    return { kind: "loaded", id, bytes };
  }
  if (request.kind === "real-features")
    return { kind: "real-features", id, real: await used.realFeatures({ signal }) };
  const onProgress = thinned(PROGRESS_MS, (done) => postMessage({ kind: "progress", id, done }));
  const arms = await used.run(request.job, { signal, onProgress });
  return { kind: "ran", id, arms };
}

function causeOf(error: unknown): Extract<ImageReply, { kind: "failed" }>["cause"] {
  const name = error instanceof Error ? error.name : "";
  if (name === "AbortError") return "aborted";
  return name === "DeviceLostError" ? "device-lost" : "other";
}

function refusalsOf(kinds: readonly string[], refusal: ImageEngine["refusal"]): Record<string, string> {
  return Object.fromEntries(
    kinds.flatMap((kind) => {
      const reason = refusal(kind);
      return reason === null ? [] : [[kind, reason]];
    }),
  );
}

/** Results are handed over, not copied. */
function buffersOf(reply: ImageReply): Transferable[] {
  if (reply.kind !== "ran") return [];
  return reply.arms.flatMap(({ images, states, predictions }) =>
    [images, states, predictions].map(({ buffer }) => buffer as ArrayBuffer),
  );
}
