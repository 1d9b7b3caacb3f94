/** Time as an argument, so that the lab can be tested without waiting. */

export interface Clock {
  /** Milliseconds from some fixed moment, never going back. */
  now(): number;
  /** Calls `work` once after `ms`; the returned function calls it off. */
  after(ms: number, work: () => void): () => void;
}

/** The clock of this thread. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, work) => {
    const id = setTimeout(work, ms);
    return () => clearTimeout(id);
  },
};

/**
 * Runs the newest of many calls at most once per `ms`: the first at once, the last of a burst at the end of the pause.
 * `flush` runs a waiting call now.
 */
export function throttleNewest<A extends readonly unknown[]>(
  clock: Clock,
  ms: number,
  work: (...args: A) => void,
): { call(...args: A): void; flush(): void } {
  let last = -Infinity;
  let waiting: A | null = null;
  let stop: (() => void) | null = null;
  const fire = () => {
    stop?.();
    stop = null;
    if (waiting === null) return;
    const args = waiting;
    waiting = null;
    last = clock.now();
    work(...args);
  };
  return {
    call: (...args) => {
      waiting = args;
      if (stop !== null) return;
      const pause = last + ms - clock.now();
      if (pause <= 0) fire();
      else stop = clock.after(pause, fire);
    },
    flush: fire,
  };
}
