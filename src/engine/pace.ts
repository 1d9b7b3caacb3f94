/** Lets other work of the thread through: messages that cancel or pause arrive between two pieces of a long job. */

/** Longest stretch without a break, ms; a piece of work that is under way comes on top. */
const STRETCH_MS = 25;

/** A rest that gives way at most every 25 ms, since a break of its own costs time. It rejects with AbortError once the signal is aborted. */
export function createPace(
  signal: AbortSignal | undefined,
  now: () => number = () => performance.now(),
): () => Promise<void> {
  let last = now();
  return async () => {
    signal?.throwIfAborted();
    if (now() - last < STRETCH_MS) return;
    await nextTask();
    last = now();
    signal?.throwIfAborted();
  };
}

/** Resolves in a task of its own; unlike timers, messages are not slowed down when they follow each other. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
