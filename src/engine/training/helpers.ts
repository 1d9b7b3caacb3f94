/** Threads beside the training engine's own that take a share of its networks' rows: module workers, or worker threads in Node. */
import { type Crew, Helper, type StartHelper } from "../../alignment/wasm/crew.ts";
import type { HelperReply } from "../../alignment/wasm/helper-messages.ts";
import { nextTask } from "../pace.ts";

/** More would wait for the thread that deals the rows out. */
const MOST_THREADS = 8;

/** Threads of an engine on so many cores, its own included: half of them, since the page draws and measures meanwhile. */
export function threadsOn(cores: number): number {
  return Math.min(MOST_THREADS, Math.max(1, Math.floor(cores / 2)));
}

/**
 * Helpers for `threads` threads in all, by default as many as make sense here. They take part once they are ready, and never
 * where they cannot start.
 */
export async function startCrew(threads: number | null = null): Promise<Crew> {
  const found = await findThreads();
  return crewOf(found?.start ?? null, found ? (threads ?? threadsOn(found.cores)) - 1 : 0);
}

/** A crew of `count` helpers; of none where they may not be started. */
export function crewOf(start: StartHelper | null, count: number): Crew {
  const helpers: Helper[] = [];
  try {
    while (start && helpers.length < count) helpers.push(new Helper(start));
  } catch {
    // A browser that forbids workers of workers: its own thread does all.
  }
  return { helpers, pause: nextTask };
}

interface Threads {
  readonly start: StartHelper;
  readonly cores: number;
}

async function findThreads(): Promise<Threads | null> {
  if (typeof Worker !== "undefined") return inBrowser();
  return typeof process === "undefined" || !process.versions.node ? null : inNode();
}

function inBrowser(): Threads {
  const start: StartHelper = ({ onReply, onDeath }) => {
    const worker = new Worker(new URL("./helper-worker.ts", import.meta.url), {
      type: "module",
      name: "etalon-training-helper",
    });
    worker.addEventListener("message", ({ data }: MessageEvent<HelperReply>) => onReply(data));
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      onDeath();
    });
    worker.addEventListener("messageerror", onDeath);
    return {
      send: (request, transfer) => worker.postMessage(request, { transfer: [...transfer] }),
      setBusy: () => undefined,
      terminate: () => worker.terminate(),
    };
  };
  return { start, cores: navigator.hardwareConcurrency || 2 };
}

async function inNode(): Promise<Threads> {
  // Names in variables keep bundlers for the browser from looking for Node's modules.
  const [threadsName, osName] = ["node:worker_threads", "node:os"];
  const threads = (await import(/* @vite-ignore */ threadsName)) as typeof import("node:worker_threads");
  const os = (await import(/* @vite-ignore */ osName)) as typeof import("node:os");
  const start: StartHelper = ({ onReply, onDeath }) => {
    const file = "./helper-worker.ts";
    const worker = new threads.Worker(new URL(file, import.meta.url));
    worker.on("message", onReply);
    worker.on("error", onDeath);
    worker.on("exit", onDeath);
    return {
      send: (request, transfer) => worker.postMessage(request, [...transfer]),
      setBusy: (busy) => (busy ? worker.ref() : worker.unref()),
      terminate: () => void worker.terminate(),
    };
  };
  return { start, cores: os.availableParallelism() };
}
