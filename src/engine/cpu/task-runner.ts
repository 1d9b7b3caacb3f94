/**
 * Runs tasks one after another in the thread it lives in, giving way to messages every few milliseconds, so that a job can
 * be dropped at any time. A worker holds one behind its message port; without workers the engine holds one itself.
 */
import { nextTask } from "../pace.ts";
import { type AnyJob, openJob } from "./operations.ts";
import type { Part, RunUnits, Slices } from "./operation.ts";

/** Longest time between two turns of the event loop, ms. */
const SLICE_MS = 10;
/** Time between two reports of a long task, ms. */
const REPORT_MS = 100;

/** Messages to a runner. A job is sent once, then named by its number. */
export type RunnerRequest =
  | { readonly kind: "job"; readonly id: number; readonly work: AnyJob }
  | {
      readonly kind: "task";
      readonly id: number;
      readonly job: number;
      readonly first: number;
      readonly units: number;
    }
  | { readonly kind: "drop"; readonly job: number };

/** Messages from a runner. */
export type RunnerReply =
  | { readonly kind: "ready" }
  /** Share 0..1 of a long task that is done. */
  | { readonly kind: "progress"; readonly id: number; readonly share: number }
  /** part is null if the job was dropped meanwhile. */
  | { readonly kind: "done"; readonly id: number; readonly part: Part | null }
  | { readonly kind: "failed"; readonly id: number; readonly message: string };

interface OpenJob {
  readonly work: AnyJob;
  /** Prepared when its first task comes. */
  run: RunUnits | null;
}

/** Answers requests through `reply`, in the order of the tasks. */
export function createTaskRunner(reply: (message: RunnerReply) => void): (request: RunnerRequest) => void {
  const jobs = new Map<number, OpenJob>();
  let last: Promise<void> = Promise.resolve();
  return (request) => {
    if (request.kind === "job") jobs.set(request.id, { work: request.work, run: null });
    else if (request.kind === "drop") jobs.delete(request.job);
    else last = last.then(() => runTask(request, jobs, reply));
  };
}

async function runTask(
  task: Extract<RunnerRequest, { kind: "task" }>,
  jobs: ReadonlyMap<number, OpenJob>,
  reply: (message: RunnerReply) => void,
): Promise<void> {
  try {
    const job = jobs.get(task.job);
    if (job) job.run ??= openJob(job.work);
    const report = (share: number): void => reply({ kind: "progress", id: task.id, share });
    const slices = job?.run?.(task.first, task.units);
    const part = slices ? await drive(slices, () => jobs.has(task.job), report) : null;
    reply({ kind: "done", id: task.id, part });
  } catch (error) {
    reply({ kind: "failed", id: task.id, message: error instanceof Error ? error.message : String(error) });
  }
}

/** Runs slices to the end; null as soon as nobody wants the result any more. */
async function drive(
  slices: Slices,
  wanted: () => boolean,
  report: (share: number) => void,
): Promise<Part | null> {
  let sliceEnd = performance.now() + SLICE_MS;
  let nextReport = performance.now() + REPORT_MS;
  for (;;) {
    const slice = slices.next();
    if (slice.done) return slice.value;
    if (performance.now() < sliceEnd) continue;
    await nextTask();
    if (!wanted()) return null;
    sliceEnd = performance.now() + SLICE_MS;
    if (slice.value === undefined || performance.now() < nextReport) continue;
    report(slice.value);
    nextReport = performance.now() + REPORT_MS;
  }
}
