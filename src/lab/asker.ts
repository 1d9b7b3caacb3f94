/**
 * Questions to a worker: answers matched by id, cancellation at once, a crash turned into an error, and a worker that is
 * stuck on cancelled work replaced.
 */
import { abortError } from "./abort.ts";
import type { Clock } from "./clock.ts";

/** The part of Worker that is used, so that tests can stand in for it. */
export interface WorkerPort<Request, Reply> {
  postMessage(request: Request): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<Reply>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

/** The worker stopped without an answer; a new one takes over. */
export class WorkerCrashError extends Error {
  constructor(name: string, reason: string) {
    super(`${name}: must answer, but it stopped (${reason}); it was started again`);
    this.name = "WorkerCrashError";
  }
}

export interface Asker<Request, Reply> {
  /** Sends a request, which must carry an id from `nextId`, and waits for the reply with the same id. */
  ask(request: Request, signal: AbortSignal): Promise<Reply>;
  nextId(): number;
  dispose(): void;
}

interface Pending<Request, Reply> {
  readonly request: Request;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
  cancelled: boolean;
}

/** A worker may spend this long on work nobody waits for before it is replaced. */
const STUCK_MS = 300;

/** Asks workers made by `spawn`, one at a time; the first starts with the first question. */
export function createAsker<Request extends { readonly id: number }, Reply extends { readonly id: number }>(
  name: string,
  spawn: () => WorkerPort<Request, Reply>,
  clock: Clock,
): Asker<Request, Reply> {
  let id = 0;
  let worker: WorkerPort<Request, Reply> | null = null;
  const pending = new Map<number, Pending<Request, Reply>>();

  function start(): WorkerPort<Request, Reply> {
    const port = spawn();
    port.onmessage = (event) => {
      const entry = pending.get(event.data.id);
      pending.delete(event.data.id);
      entry?.resolve(event.data);
    };
    port.onerror = (event) => crash(port, event.message || "it could not be loaded");
    return port;
  }

  function crash(port: WorkerPort<Request, Reply>, reason: string) {
    if (port !== worker) return;
    worker.terminate();
    worker = null;
    const lost = [...pending.values()];
    pending.clear();
    for (const entry of lost) entry.reject(new WorkerCrashError(name, reason));
  }

  /** Replaces a worker that is still busy with the cancelled request, and asks again for what is wanted. */
  function replaceIfStuck(stuckId: number) {
    if (!pending.has(stuckId)) return;
    worker?.terminate();
    worker = null;
    for (const [key, entry] of [...pending]) {
      if (entry.cancelled) pending.delete(key);
      else (worker ??= start()).postMessage(entry.request);
    }
  }

  return {
    nextId: () => id++,
    ask: (request, signal) => {
      if (signal.aborted) return Promise.reject(abortError(name));
      return new Promise((resolve, reject) => {
        const entry: Pending<Request, Reply> = { request, resolve, reject, cancelled: false };
        pending.set(request.id, entry);
        const cancel = () => {
          if (!pending.has(request.id)) return;
          entry.cancelled = true;
          reject(abortError(name));
          clock.after(STUCK_MS, () => replaceIfStuck(request.id));
        };
        signal.addEventListener("abort", cancel, { once: true });
        (worker ??= start()).postMessage(request);
      });
    },
    dispose: () => {
      worker?.terminate();
      worker = null;
      for (const entry of pending.values()) entry.reject(abortError(name));
      pending.clear();
    },
  };
}
