/**
 * Threads that take a share of a network's rows. Which thread computes a row makes no difference to its numbers, and sums over rows
 * are taken apart part by part: the same bits with any number of threads, or when one dies.
 */
import type { HelperReply, HelperRequest, HelperWork } from "./helper-messages.ts";

export interface HelperThread {
  send(request: HelperRequest, transfer: readonly ArrayBuffer[]): void;
  /** Whether an answer is awaited: an idle thread must not keep a Node process alive, a busy one must. */
  setBusy(busy: boolean): void;
  terminate(): void;
}

export interface HelperEvents {
  onReply(reply: HelperReply): void;
  onDeath(): void;
}

export type StartHelper = (events: HelperEvents) => HelperThread;

/** What is asked of a helper, without its number. */
export type Ask = HelperWork extends infer W ? (W extends HelperWork ? Omit<W, "id"> : never) : never;

export class Helper {
  private readonly thread: HelperThread;
  private readonly waiting = new Map<number, (values: Float64Array | null) => void>();
  private state: "starting" | "ready" | "gone" = "starting";
  private next = 0;

  constructor(start: StartHelper) {
    this.thread = start({ onReply: (reply) => this.take(reply), onDeath: () => this.end() });
    this.thread.setBusy(false);
  }

  get isReady(): boolean {
    return this.state === "ready";
  }

  /** Tells what has no answer. */
  tell(request: Extract<HelperRequest, { kind: "write" | "close" }>): void {
    if (this.state !== "gone") this.thread.send(request, []);
  }

  /** The answer; null where there is none, since the thread failed or is gone. Moves the arrays. */
  ask(work: Ask): Promise<Float64Array | null> {
    if (this.state === "gone") return Promise.resolve(null);
    return new Promise((resolve) => {
      const id = this.next++;
      this.waiting.set(id, resolve);
      this.thread.setBusy(true);
      const array = work.kind === "forward" ? work.inputs : work.pulled;
      this.thread.send({ ...work, id }, [array.buffer as ArrayBuffer]);
    });
  }

  end(): void {
    if (this.state === "gone") return;
    this.state = "gone";
    this.thread.setBusy(false);
    this.thread.terminate();
    for (const id of [...this.waiting.keys()]) this.settle(id, null);
  }

  private take(reply: HelperReply): void {
    if (reply.kind === "done") this.settle(reply.id, reply.values);
    // Its traces cannot be relied on any more.
    else if (reply.kind === "failed") this.end();
    else if (this.state === "starting") this.state = "ready";
  }

  private settle(id: number, values: Float64Array | null): void {
    this.waiting.get(id)?.(values);
    this.waiting.delete(id);
    if (this.waiting.size === 0 && this.state !== "gone") this.thread.setBusy(false);
  }
}

/** The helpers of an engine; all its networks share them. */
export interface Crew {
  readonly helpers: readonly Helper[];
  /** Lets the thread's messages through. */
  readonly pause: () => Promise<void>;
}

/** Work on parts of a call's rows. */
export interface SharedWork<P> {
  readonly parts: readonly P[];
  /** Does a part in this thread. */
  readonly here: (part: P) => Float64Array;
  /** Asks a helper for it. */
  readonly there: (helper: Helper, part: P) => Promise<Float64Array | null>;
}

/**
 * The parts' results, in order. Part i is done by this thread or by helper i mod (helpers + 1), so that a later call finds what an
 * earlier one left there; what a helper does not answer is done here in the end. `rest` is awaited before each part that this
 * thread does.
 */
export async function shareOut<P>(
  { parts, here, there }: SharedWork<P>,
  helpers: readonly Helper[],
  rest: () => Promise<void>,
): Promise<Float64Array[]> {
  const results: (Float64Array | null)[] = parts.map(() => null);
  const turn = helpers.length + 1;
  const own = async (part: P): Promise<Float64Array> => {
    await rest();
    return here(part);
  };
  let stopped = false;
  const lane = async (helper: Helper, first: number): Promise<void> => {
    let before: Promise<void> = Promise.resolve();
    for (let i = first; i < parts.length && !stopped; i += turn) {
      const now = there(helper, parts[i] as P).then((values) => void (results[i] = values));
      // Two on their way, so that the helper has something to do while an answer travels.
      await before;
      before = now;
    }
    await before;
  };
  const lanes = helpers.map((helper, h) => lane(helper, h + 1));
  try {
    for (let i = 0; i < parts.length; i += turn) results[i] = await own(parts[i] as P);
  } catch (error) {
    stopped = true;
    throw error;
  } finally {
    await Promise.all(lanes);
  }
  const all: Float64Array[] = [];
  for (const [i, part] of parts.entries()) all.push(results[i] ?? (await own(part)));
  return all;
}
