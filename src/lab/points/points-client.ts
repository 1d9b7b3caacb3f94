/** The page's side of the points worker: one request at a time, a newer one or a cancel ends the older. */
import type { PointFit } from "../../experiments/fit-points.ts";
import { abortError } from "../abort.ts";
import type { PointsReply, PointsRequest, PointsSummary, TableSummary } from "./points-messages.ts";

export type { PointFit };
export { skippedText } from "./skipped-text.ts";

export interface PointsClient {
  /** Text or file to a table of cells. */
  read(source: string | Blob): Promise<TableSummary>;
  /** Columns of the table as points. */
  extract(columns: readonly number[], standardise: boolean): Promise<PointsSummary>;
  /** Points [n, dim] that never were text. */
  take(points: Float64Array, dim: number, standardise: boolean): Promise<PointsSummary>;
  /** A mixture for the points taken last. onProgress: done share 0..1. */
  fit(maxComponents: number, seed: number, onProgress: (done: number) => void): Promise<PointFit>;
  /** Stops a fit at once; table and points are read again when needed. */
  cancel(): void;
  dispose(): void;
}

type Port = Pick<Worker, "postMessage" | "terminate" | "onmessage" | "onerror">;

/** The worker of the lab; import this file lazily, it brings nothing with it. */
export function spawnPointsWorker(): Worker {
  return new Worker(new URL("./points-worker.ts", import.meta.url), { type: "module", name: "points" });
}

/** A client over workers made by `spawn`; the worker starts with the first request. */
export function createPointsClient(spawn: () => Port): PointsClient {
  let port: Port | null = null;
  let stop: ((error: Error) => void) | null = null;
  // What brings a fresh worker to the state of the one that was stopped.
  let history: PointsRequest[] = [];

  function close(error: Error): void {
    port?.terminate();
    port = null;
    stop?.(error);
    stop = null;
  }

  async function ask(request: PointsRequest, onProgress?: (done: number) => void): Promise<PointsReply> {
    if (stop !== null) close(abortError("points"));
    if (port === null) {
      port = spawn();
      for (const earlier of history) await send(port, earlier);
    }
    return send(port, request, onProgress);
  }

  function send(to: Port, request: PointsRequest, onProgress?: (done: number) => void): Promise<PointsReply> {
    return new Promise((resolve, reject) => {
      stop = reject;
      to.onerror = (event) =>
        close(new Error(`points: the worker must answer, but it stopped (${event.message}); try again`));
      to.onmessage = (event: MessageEvent<PointsReply>) => {
        const reply = event.data;
        if (reply.kind === "progress") return onProgress?.(reply.done);
        stop = null;
        if (reply.kind === "failed") reject(new Error(reply.message));
        else resolve(reply);
      };
      to.postMessage(request);
    });
  }

  async function points(request: PointsRequest): Promise<PointsSummary> {
    const reply = await ask(request);
    if (reply.kind !== "points") throw unexpected(reply);
    history = [...history.filter((earlier) => earlier.kind === "read"), request];
    return reply.points;
  }

  return {
    read: async (source) => {
      const reply = await ask({ kind: "read", source });
      if (reply.kind !== "table") throw unexpected(reply);
      history = [{ kind: "read", source }];
      return reply.table;
    },
    extract: (columns, standardise) => points({ kind: "extract", columns, standardise }),
    take: (drawn, dim, standardise) => points({ kind: "take", points: drawn, dim, standardise }),
    fit: async (maxComponents, seed, onProgress) => {
      const reply = await ask({ kind: "fit", maxComponents, seed }, onProgress);
      if (reply.kind !== "fit") throw unexpected(reply);
      return reply.fit;
    },
    cancel: () => close(abortError("points")),
    dispose: () => {
      close(abortError("points"));
      history = [];
    },
  };
}

function unexpected(reply: PointsReply): Error {
  return new Error(`points: the worker must answer the question asked, got "${reply.kind}"; this is a bug`);
}
