/**
 * The page's side of the theory worker: requests with cancellation, a crash turned into an error, and a worker that is
 * stuck on cancelled work replaced.
 */
import type { MeasureJob, MeasureResult } from "../engine/engine.ts";
import type { ChartData } from "../measure/series.ts";
import type { ExperimentSpec } from "../spec/types.ts";
import { abortError } from "./abort.ts";
import type { Clock } from "./clock.ts";
import type { PrepareReply, PrepareRequest } from "./prepare-messages.ts";
import type { FieldProblem } from "./state.ts";
import type { StudyId } from "./studies.ts";

/** Theory of one study, and the job that measures it. */
export interface PreparedStudy {
  readonly charts: readonly ChartData[];
  readonly job: MeasureJob | null;
  readonly refusal: string | null;
  /** Charts with theory and measurements. */
  assemble(result: MeasureResult, signal: AbortSignal): Promise<readonly ChartData[]>;
}

export interface Preparer {
  prepare(spec: ExperimentSpec, study: StudyId, signal: AbortSignal): Promise<PreparedStudy>;
  dispose(): void;
}

/** The spec cannot be run: each problem names its field. */
export class PrepareError extends Error {
  readonly problems: readonly FieldProblem[];

  constructor(message: string, problems: readonly FieldProblem[]) {
    super(message);
    this.name = "PrepareError";
    this.problems = problems;
  }
}

/** The theory worker stopped without an answer; a new one takes over. */
export class WorkerCrashError extends Error {
  constructor(reason: string) {
    super(`theory worker: must answer, but it stopped (${reason}); it was started again`);
    this.name = "WorkerCrashError";
  }
}

/** The part of Worker that is used, so that tests can stand in for it. */
export interface WorkerPort {
  postMessage(request: PrepareRequest): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<PrepareReply>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

interface Pending {
  readonly request: PrepareRequest;
  readonly resolve: (reply: PrepareReply) => void;
  readonly reject: (error: Error) => void;
  cancelled: boolean;
}

/** A worker may spend this long on work nobody waits for before it is replaced. */
const STUCK_MS = 300;

/** A preparer over workers made by `spawn`. The first worker starts at once. */
export function createPreparer(spawn: () => WorkerPort, clock: Clock): Preparer {
  let nextId = 0;
  const pending = new Map<number, Pending>();
  let worker = start();

  function start(): WorkerPort {
    const port = spawn();
    port.onmessage = (event) => settle(event.data);
    port.onerror = (event) => crash(event.message === "" ? "it could not be loaded" : event.message);
    return port;
  }

  function settle(reply: PrepareReply) {
    const entry = pending.get(reply.id);
    pending.delete(reply.id);
    entry?.resolve(reply);
  }

  function crash(reason: string) {
    worker.terminate();
    const lost = [...pending.values()];
    pending.clear();
    worker = start();
    for (const entry of lost) entry.reject(new WorkerCrashError(reason));
  }

  /** Replaces a worker that is still busy with cancelled work, and asks again for what is wanted. */
  function replaceIfStuck(id: number) {
    if (!pending.has(id)) return;
    worker.terminate();
    worker = start();
    for (const [key, entry] of [...pending]) {
      if (entry.cancelled) pending.delete(key);
      else worker.postMessage(entry.request);
    }
  }

  function ask(request: PrepareRequest, signal: AbortSignal): Promise<PrepareReply> {
    if (signal.aborted) return Promise.reject(abortError("prepare"));
    return new Promise((resolve, reject) => {
      const entry: Pending = { request, resolve, reject, cancelled: false };
      pending.set(request.id, entry);
      signal.addEventListener(
        "abort",
        () => {
          if (!pending.has(request.id)) return;
          entry.cancelled = true;
          reject(abortError("prepare"));
          clock.after(STUCK_MS, () => replaceIfStuck(request.id));
        },
        { once: true },
      );
      worker.postMessage(request);
    });
  }

  return {
    prepare: async (spec, study, signal) => {
      const id = nextId++;
      const reply = await ask({ kind: "prepare", id, spec, study }, signal);
      if (reply.kind !== "prepared") throw failureOf(reply);
      return {
        charts: reply.charts,
        job: reply.job,
        refusal: reply.refusal,
        assemble: async (result, stop) => {
          const made = await ask({ kind: "assemble", id: nextId++, of: id, result }, stop);
          if (made.kind !== "assembled") throw failureOf(made);
          return made.charts;
        },
      };
    },
    dispose: () => {
      worker.terminate();
      for (const entry of pending.values()) entry.reject(abortError("prepare"));
      pending.clear();
    },
  };
}

function failureOf(reply: PrepareReply): Error {
  return reply.kind === "failed"
    ? new PrepareError(reply.message, reply.problems)
    : new PrepareError(
        `theory worker: must answer the question asked, got "${reply.kind}"; this is a bug`,
        [],
      );
}
