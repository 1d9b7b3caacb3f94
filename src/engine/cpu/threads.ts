/** Threads that run tasks: module workers in a browser, worker threads in Node, or this very thread. */
import { createTaskRunner, type RunnerReply, type RunnerRequest } from "./task-runner.ts";

export interface Thread {
  send(request: RunnerRequest): void;
  /** Whether work is under way: an idle thread must not keep a Node process alive, a busy one must. */
  setBusy(busy: boolean): void;
  terminate(): void;
}

export interface ThreadEvents {
  onReply(reply: RunnerReply): void;
  /** The thread is gone, with the reason. */
  onDeath(reason: string): void;
}

export type StartThread = (events: ThreadEvents) => Thread;

/** How threads start here, and how many make sense; null where there are none. */
export async function findThreads(): Promise<{ readonly start: StartThread; readonly count: number } | null> {
  if (typeof Worker !== "undefined") return { start: startBrowserWorker, count: browserThreads() };
  return findNodeThreads();
}

/** One core is left to the page, where there are many. */
function browserThreads(): number {
  const cores = navigator.hardwareConcurrency || 2;
  return cores > 4 ? cores - 1 : cores;
}

function startBrowserWorker(events: ThreadEvents): Thread {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "etalon-cpu" });
  worker.addEventListener("message", (event: MessageEvent<RunnerReply>) => events.onReply(event.data));
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    events.onDeath(event.message || "its script could not be loaded");
  });
  worker.addEventListener("messageerror", () => events.onDeath("a message could not be read"));
  return {
    send: (request) => worker.postMessage(request),
    setBusy: () => undefined,
    terminate: () => worker.terminate(),
  };
}

async function findNodeThreads(): Promise<{ readonly start: StartThread; readonly count: number } | null> {
  if (typeof process === "undefined" || !process.versions.node) return null;
  // Names in variables keep bundlers for the browser from looking for Node's modules.
  const [threadsName, osName] = ["node:worker_threads", "node:os"];
  const threads = (await import(/* @vite-ignore */ threadsName)) as typeof import("node:worker_threads");
  const os = (await import(/* @vite-ignore */ osName)) as typeof import("node:os");
  const start: StartThread = (events) => {
    const file = "./worker.ts";
    const worker = new threads.Worker(new URL(file, import.meta.url));
    worker.on("message", (reply: RunnerReply) => events.onReply(reply));
    worker.on("error", (error) => events.onDeath(error instanceof Error ? error.message : String(error)));
    worker.on("exit", (code) => events.onDeath(`exit code ${code}`));
    return {
      send: (request) => worker.postMessage(request),
      setBusy: (busy) => (busy ? worker.ref() : worker.unref()),
      terminate: () => void worker.terminate(),
    };
  };
  return { start, count: os.availableParallelism() };
}

/** Runs tasks in this thread, slice by slice between its other work. */
export const startHere: StartThread = (events) => {
  const post = createTaskRunner((reply) => events.onReply(reply));
  return { send: post, setBusy: () => undefined, terminate: () => undefined };
};
