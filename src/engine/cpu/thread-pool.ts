/** Shares jobs out to threads as tasks, gathers the parts in order, and survives the death of a thread. */
import type { RunControl } from "../engine.ts";
import type { Gatherer, Operation, Part } from "./operation.ts";
import type { AnyJob } from "./operations.ts";
import type { StartThread, Thread } from "./threads.ts";
import type { RunnerReply } from "./task-runner.ts";

/** Aim for the time of one task, ns: short enough for smooth progress, long enough that messages cost nothing. */
const TASK_NS = 8e6;
/** Deaths in a row, with nothing finished in between, after which the pool gives up. */
const MAX_DEATHS = 3;

interface Member {
  thread: Thread;
  ready: boolean;
  /** The task this thread works on, and the share of it that is done. */
  task: Task | null;
  share: number;
  /** Jobs it has been sent. */
  readonly known: Set<Job>;
}

interface Task {
  readonly id: number;
  readonly job: Job;
  readonly first: number;
  readonly units: number;
}

interface Job {
  readonly id: number;
  readonly work: AnyJob;
  readonly units: number;
  readonly unitsPerTask: number;
  /** Expected time of a unit, ns. */
  readonly unitNs: number;
  /** First unit not yet given to a thread. */
  next: number;
  /** First unit not yet gathered, and parts that came before their turn. */
  gathered: number;
  readonly waiting: Map<number, { readonly part: Part; readonly units: number }>;
  readonly gather: (part: Part, first: number, units: number) => void;
  readonly finish: () => void;
  readonly fail: (error: Error) => void;
  readonly progress: (done: number) => void;
}

export class ThreadPool {
  /** Settles when the pool can no longer be used, with the reason. */
  readonly lost: Promise<string>;
  private readonly members: Member[] = [];
  private readonly jobs: Job[] = [];
  private settleLost: (reason: string) => void = () => undefined;
  private counter = 0;
  private deaths = 0;
  private closed: string | null = null;
  private readonly start: StartThread;

  constructor(start: StartThread, count: number) {
    this.start = start;
    this.lost = new Promise((resolve) => (this.settleLost = resolve));
    for (let i = 0; i < count; i++) this.enlist();
  }

  /** True as soon as one thread has answered; false if all died before. */
  async settled(): Promise<boolean> {
    for (;;) {
      if (this.members.some((member) => member.ready)) return true;
      if (this.closed !== null) return false;
      await new Promise<void>((resolve) => this.waiters.push(resolve));
    }
  }
  private waiters: (() => void)[] = [];

  /** Runs a job; rejects with the signal's reason as soon as it is aborted. */
  run<J, R>(work: AnyJob, operation: Operation<J, R>, job: J, control: RunControl = {}): Promise<R> {
    if (this.closed !== null)
      return Promise.reject(new Error(`cpu engine: ${this.closed}; make a new engine`));
    const { signal } = control;
    if (signal?.aborted) return Promise.reject(abortError(signal));
    return new Promise<R>((resolve, reject) => {
      const gatherer = operation.gather(job);
      const entry = this.createJob(work, operation.units(job), operation.unitNs(job), gatherer, {
        finish: () => settle(() => resolve(gatherer.finish())),
        fail: (error) => settle(() => reject(error)),
        progress: (done) => control.onProgress?.(done),
      });
      const onAbort = (): void => {
        if (signal) entry.fail(abortError(signal));
      };
      const settle = (act: () => void): void => {
        signal?.removeEventListener("abort", onAbort);
        this.forget(entry);
        act();
      };
      signal?.addEventListener("abort", onAbort);
      this.jobs.push(entry);
      if (entry.units === 0) entry.finish();
      else this.dispatch();
    });
  }

  dispose(): void {
    this.close("the engine has been disposed of");
  }

  private createJob<R>(
    work: AnyJob,
    units: number,
    unitNs: number,
    gatherer: Gatherer<R>,
    outcome: Pick<Job, "finish" | "fail" | "progress">,
  ): Job {
    const share = Math.max(1, Math.floor(units / this.members.length));
    return {
      id: ++this.counter,
      work,
      units,
      unitNs: Math.max(1, unitNs),
      unitsPerTask: Math.min(share, Math.max(1, Math.round(TASK_NS / Math.max(1, unitNs)))),
      next: 0,
      gathered: 0,
      waiting: new Map(),
      gather: (part, first, count) => gatherer.add(part, first, count),
      ...outcome,
    };
  }

  private enlist(): void {
    const member: Member = { thread: NO_THREAD, ready: false, task: null, share: 0, known: new Set() };
    member.thread = this.start({
      onReply: (reply) => this.onReply(member, reply),
      onDeath: (reason) => this.onDeath(member, reason),
    });
    this.members.push(member);
  }

  /** Gives every idle thread a task. */
  private dispatch(): void {
    for (const member of this.members) {
      if (member.task !== null) continue;
      const job = this.shortestJob();
      if (!job) {
        if (member.ready) member.thread.setBusy(false);
        continue;
      }
      if (!member.known.has(job)) {
        member.thread.send({ kind: "job", id: job.id, work: job.work });
        member.known.add(job);
      }
      const units = Math.min(job.unitsPerTask, job.units - job.next);
      const task: Task = { id: ++this.counter, job, first: job.next, units };
      job.next += units;
      member.task = task;
      member.share = 0;
      member.thread.setBusy(true);
      member.thread.send({ kind: "task", id: task.id, job: job.id, first: task.first, units });
    }
  }

  /** The job with the least work left, so that a view need not wait for a full run; the oldest of equals. */
  private shortestJob(): Job | null {
    const left = (job: Job) => (job.units - job.next) * job.unitNs;
    return this.jobs.reduce<Job | null>(
      (best, job) => (left(job) > 0 && (best === null || left(job) < left(best)) ? job : best),
      null,
    );
  }

  private onReply(member: Member, reply: RunnerReply): void {
    if (reply.kind === "ready") {
      member.ready = true;
      if (member.task === null) member.thread.setBusy(false);
      this.wake();
      return;
    }
    const { task } = member;
    if (!task || task.id !== reply.id) return;
    if (reply.kind === "progress") {
      member.share = reply.share;
      this.report(task.job);
      return;
    }
    member.task = null;
    this.deaths = 0;
    if (this.jobs.includes(task.job)) {
      if (reply.kind === "failed") task.job.fail(new Error(`cpu engine: ${reply.message}`));
      else if (reply.part) this.accept(task, reply.part);
    }
    this.dispatch();
  }

  /** Gathers parts in the order of their units, whatever the order of their arrival. */
  private accept(task: Task, part: Part): void {
    const { job } = task;
    job.waiting.set(task.first, { part, units: task.units });
    for (let next = job.waiting.get(job.gathered); next; next = job.waiting.get(job.gathered)) {
      job.gather(next.part, job.gathered, next.units);
      job.waiting.delete(job.gathered);
      job.gathered += next.units;
    }
    if (job.gathered >= job.units) job.finish();
    else this.report(job);
  }

  /** Tells the job how much of it is done: what was gathered, what waits for its turn, and the shares of running tasks. */
  private report(job: Job): void {
    if (!this.jobs.includes(job)) return;
    let done = job.gathered;
    for (const { units } of job.waiting.values()) done += units;
    for (const { task, share } of this.members) if (task?.job === job) done += share * task.units;
    job.progress(done / job.units);
  }

  private forget(job: Job): void {
    const index = this.jobs.indexOf(job);
    if (index >= 0) this.jobs.splice(index, 1);
    for (const member of this.members)
      if (member.known.delete(job)) member.thread.send({ kind: "drop", job: job.id });
  }

  private onDeath(member: Member, reason: string): void {
    const index = this.members.indexOf(member);
    if (index < 0 || this.closed !== null) return;
    this.members.splice(index, 1);
    // Also after an error the thread may live on in an unknown state.
    member.thread.terminate();
    member.task?.job.fail(
      new Error(`cpu engine: a worker stopped (${reason}), its run is lost; run it again`),
    );
    if (++this.deaths >= MAX_DEATHS) this.close(`workers keep stopping (${reason})`);
    else this.enlist();
    this.wake();
    this.dispatch();
  }

  private close(reason: string): void {
    if (this.closed !== null) return;
    this.closed = reason;
    for (const member of this.members) member.thread.terminate();
    this.members.length = 0;
    for (const job of [...this.jobs]) job.fail(new Error(`cpu engine: ${reason}; make a new engine`));
    this.settleLost(reason);
    this.wake();
  }

  private wake(): void {
    for (const resolve of this.waiters.splice(0)) resolve();
  }
}

const NO_THREAD: Thread = { send: () => undefined, setBusy: () => undefined, terminate: () => undefined };

/** Always an AbortError by name, so that callers can tell a cancelled run from a failed one. */
function abortError(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  if (reason instanceof Error && reason.name === "AbortError") return reason;
  return new DOMException("cpu engine: the run was cancelled", "AbortError");
}
