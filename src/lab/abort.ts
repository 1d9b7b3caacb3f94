/** Cancelling promises without waiting for those who do the work to notice. */

/** The error of a cancelled piece of work. */
export function abortError(what: string): DOMException {
  return new DOMException(`${what}: cancelled`, "AbortError");
}

/** True for the error of a cancelled piece of work, from this code or from an engine. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

/** Settles as `work` does, or rejects with AbortError as soon as `signal` fires. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal, what: string): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(abortError(what));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
