/** Who draws when: one job a frame, so that the page stays free between them. */

export interface DrawQueue {
  /** Runs `job` in a frame of its own, after those that asked before. The returned function calls it off. */
  ask(job: () => void): () => void;
}

/** A queue over `nextFrame`, which runs its work once, later, after the frame that comes next. */
export function createDrawQueue(nextFrame: (work: () => void) => void): DrawQueue {
  const waiting = new Set<() => void>();
  let asked = false;

  function next() {
    if (asked || waiting.size === 0) return;
    asked = true;
    nextFrame(() => {
      asked = false;
      const [first] = waiting;
      if (first === undefined) return;
      waiting.delete(first);
      try {
        first();
      } finally {
        next();
      }
    });
  }

  return {
    ask: (job) => {
      // The same function may ask twice.
      const own = () => job();
      waiting.add(own);
      next();
      return () => void waiting.delete(own);
    },
  };
}

/** After the browser has drawn its next frame: work done inside a frame would make that frame late. */
export function afterFrame(work: () => void): void {
  requestAnimationFrame(() => setTimeout(work));
}
