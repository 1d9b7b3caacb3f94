/** The page's side of the views worker: one request at a time; a cancelled one that does not end soon is killed. */
import type { FinalLaw, PlaneChoice, ViewData } from "../../experiments/views.ts";
import type { ExperimentSpec } from "../../spec/types.ts";
import { abortError, untilAborted } from "../abort.ts";
import type { ViewsReply, ViewsRequest } from "./views-messages.ts";

export type { Recording } from "../../engine/engine.ts";
export type {
  ArmChoice,
  Box,
  FinalLaw,
  FrameView,
  LawView,
  MomentStrip,
  PlaneChoice,
  PlotAxis,
  RewardGrid,
  RewardView,
  ViewData,
} from "../../experiments/views.ts";
export { DENSITY_GRID } from "../../experiments/view-parts/view-grid.ts";

export interface ViewsClient {
  /** Everything the views need beside the recording. */
  prepare(spec: ExperimentSpec, plane: PlaneChoice, signal: AbortSignal): Promise<ViewData>;
  /** Exact laws of 1-D samples, arm by arm; may take a second. */
  finalLaws(spec: ExperimentSpec, signal: AbortSignal): Promise<readonly (FinalLaw | null)[]>;
  dispose(): void;
}

/** The part of Worker that is used. */
export type ViewsPort = Pick<Worker, "postMessage" | "terminate" | "onmessage" | "onerror">;

/** Work that nobody waits for may go on this long, ms, before its worker is replaced. */
const PATIENCE_MS = 250;

/** The worker of the lab. */
export function spawnViewsWorker(): Worker {
  return new Worker(new URL("./views-worker.ts", import.meta.url), { type: "module", name: "views" });
}

/** A client over workers made by `spawn`; the worker starts with the first request. */
export function createViewsClient(spawn: () => ViewsPort): ViewsClient {
  let port: ViewsPort | null = null;
  let nextId = 0;
  let busy: Promise<unknown> = Promise.resolve();
  let settle: { resolve: (reply: ViewsReply) => void; reject: (error: Error) => void } | null = null;

  function close(error: Error): void {
    port?.terminate();
    port = null;
    settle?.reject(error);
    settle = null;
  }

  function send(request: ViewsRequest): Promise<ViewsReply> {
    port ??= spawn();
    const to = port;
    return new Promise((resolve, reject) => {
      settle = { resolve, reject };
      to.onmessage = (event: MessageEvent<ViewsReply>) => {
        settle = null;
        resolve(event.data);
      };
      to.onerror = (event) =>
        close(
          new Error(`views: the worker must answer, but it stopped (${event.message}); edit to try again`),
        );
      to.postMessage(request);
    });
  }

  async function ask(make: (id: number) => ViewsRequest, signal: AbortSignal): Promise<ViewsReply> {
    // Give stale work a moment, then end it.
    const timer = setTimeout(() => close(abortError("views")), PATIENCE_MS);
    await busy.catch(() => undefined);
    clearTimeout(timer);
    if (signal.aborted) throw abortError("views");
    const reply = send(make(nextId++));
    busy = reply;
    const settled = await untilAborted(reply, signal, "views");
    if (settled.kind === "failed") throw new Error(settled.message);
    return settled;
  }

  return {
    prepare: async (spec, plane, signal) => {
      const reply = await ask((id) => ({ kind: "prepare", id, spec, plane }), signal);
      if (reply.kind !== "prepared") throw unexpected(reply);
      return reply.data;
    },
    finalLaws: async (spec, signal) => {
      const reply = await ask((id) => ({ kind: "final-laws", id, spec }), signal);
      if (reply.kind !== "final-laws") throw unexpected(reply);
      return reply.laws;
    },
    dispose: () => close(abortError("views")),
  };
}

function unexpected(reply: ViewsReply): Error {
  return new Error(`views: the worker must answer the question asked, got "${reply.kind}"; this is a bug`);
}
