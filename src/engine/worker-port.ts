/** The page's side of an engine's worker: questions with an id, news on the way, one answer, and cancellation at once. */

/** The part of Worker that is used. */
export interface WorkerPort<Request, Reply> {
  postMessage(request: Request): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<Reply>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

/** The worker is gone: whoever uses it must start another. */
export class WorkerStoppedError extends Error {
  override readonly name = "WorkerStoppedError";
}

interface Message {
  readonly kind: string;
  readonly id: number;
}

/** What the two sides say: `failed` among the answers carries what went wrong. */
export interface WorkerWords<Answer extends Message, News extends Message> {
  /** "image worker", for messages. */
  readonly name: string;
  /** What a person does when the worker has stopped, "reload the page to start it again". */
  readonly remedy: string;
  /** Kinds of replies that settle nothing. */
  readonly news: readonly News["kind"][];
  /** The error of an answer of kind "failed"; null if the work was cancelled. */
  readonly failure: (answer: Extract<Answer, { readonly kind: "failed" }>) => Error | null;
}

type WithoutId<Request> = Request extends { readonly id: number } ? Omit<Request, "id"> : never;

/** A worker that can be asked. */
export interface AskedWorker<Request, Answer extends Message, News extends Message> {
  /**
   * Resolves with the answer, which must be of this kind. Rejects with AbortError at once when cancelled (the worker follows
   * at its next break, and what it still says is dropped), and with a plain reason where the worker fails or has stopped.
   */
  ask<K extends Answer["kind"]>(
    kind: K,
    request: WithoutId<Request>,
    signal?: AbortSignal,
    onNews?: (news: News) => void,
  ): Promise<Extract<Answer, { readonly kind: K }>>;
  /** The first question. A worker that does not answer it is ended, and its reason passed on. */
  start: AskedWorker<Request, Answer, News>["ask"];
  /** Rejects every question that waits. */
  rejectAll(error: Error): void;
  /** Ends the worker; questions that wait, and later ones, reject with AbortError. */
  dispose(): void;
}

interface Waiting<Answer, News> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
  readonly onNews: (news: News) => void;
}

/** Takes a port over: nobody else may listen to it. */
export function askWorker<Request, Answer extends Message, News extends Message>(
  port: WorkerPort<Request | { readonly kind: "cancel"; readonly id: number }, Answer | News>,
  words: WorkerWords<Answer, News>,
): AskedWorker<Request, Answer, News> {
  const { name, remedy } = words;
  const waiting = new Map<number, Waiting<Answer, News>>();
  let nextId = 0;
  let stopped: Error | null = null;
  const cancelled = () => new DOMException(`${name}: cancelled`, "AbortError");
  const isNews = (reply: Answer | News): reply is News => words.news.includes(reply.kind);
  const isFailure = (answer: Answer): answer is Extract<Answer, { readonly kind: "failed" }> =>
    answer.kind === "failed";

  const settle = (id: number) => {
    const entry = waiting.get(id);
    waiting.delete(id);
    return entry;
  };
  const rejectAll = (error: Error) => {
    for (const id of [...waiting.keys()]) settle(id)?.reject(error);
  };
  const stop = (error: Error) => {
    stopped = error;
    rejectAll(error);
  };
  port.onmessage = ({ data }) => {
    if (isNews(data)) waiting.get(data.id)?.onNews(data);
    else if (isFailure(data)) settle(data.id)?.reject(words.failure(data) ?? cancelled());
    else settle(data.id)?.resolve(data);
  };
  port.onerror = (event) => {
    const reason = event.message || "it could not be loaded";
    stop(new WorkerStoppedError(`${name}: must answer, but it stopped (${reason}); ${remedy}`));
  };

  const ask: AskedWorker<Request, Answer, News>["ask"] = async (
    kind,
    request,
    signal,
    onNews = () => undefined,
  ) => {
    if (stopped) throw stopped;
    if (signal?.aborted) throw cancelled();
    const id = nextId++;
    const cancel = () => {
      port.postMessage({ kind: "cancel", id });
      settle(id)?.reject(cancelled());
    };
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      const answer = await new Promise<Answer>((resolve, reject) => {
        waiting.set(id, { resolve, reject, onNews });
        port.postMessage({ ...request, id } as Request);
      });
      if (answer.kind !== kind)
        throw new Error(`${name}: internal: got an answer of kind ${answer.kind} to another question`);
      return answer as Extract<Answer, { readonly kind: typeof kind }>;
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  };
  const dispose = () => {
    port.terminate();
    stop(cancelled());
  };

  return {
    ask,
    start: async (...question) => {
      try {
        return await ask(...question);
      } catch (error) {
        dispose();
        throw error;
      }
    },
    rejectAll,
    dispose,
  };
}
