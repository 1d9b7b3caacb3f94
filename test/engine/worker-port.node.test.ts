import { describe, expect, it, vi } from "vitest";
import { askWorker, type WorkerPort } from "../../src/engine/worker-port.ts";

type Request = { readonly kind: "add"; readonly id: number; readonly terms: readonly number[] };
type Sent = Request | { readonly kind: "cancel"; readonly id: number };
type Answer =
  | { readonly kind: "sum"; readonly id: number; readonly sum: number }
  | { readonly kind: "other"; readonly id: number }
  | { readonly kind: "failed"; readonly id: number; readonly message: string | null };
type News = { readonly kind: "sofar"; readonly id: number; readonly sum: number };

function opened() {
  const sent: Sent[] = [];
  const port: WorkerPort<Sent, Answer | News> = {
    postMessage: (request) => void sent.push(request),
    terminate: vi.fn(),
    onmessage: null,
    onerror: null,
  };
  const asked = askWorker<Request, Answer, News>(port, {
    name: "adding worker",
    remedy: "add by hand",
    news: ["sofar"],
    failure: ({ message }) => (message === null ? null : new RangeError(message)),
  });
  const say = (data: Answer | News) => port.onmessage?.({ data } as MessageEvent<Answer | News>);
  return { sent, port, say, ...asked };
}

const add = (...terms: number[]) => ({ kind: "add", terms }) as const;

describe("A worker that is asked", () => {
  it("gets numbered questions; answers find theirs in any order, with news on the way", async () => {
    const { sent, say, ask } = opened();
    const news: number[] = [];
    const first = ask("sum", add(1, 2), undefined, ({ sum }) => news.push(sum));
    const second = ask("sum", add(3, 4));
    expect(sent.map(({ id }) => id)).toEqual([0, 1]);
    say({ kind: "sum", id: 1, sum: 7 });
    say({ kind: "sofar", id: 0, sum: 1 });
    say({ kind: "sum", id: 0, sum: 3 });
    expect((await first).sum).toBe(3);
    expect((await second).sum).toBe(7);
    expect(news).toEqual([1]);
    // News of a question that is settled are dropped.
    say({ kind: "sofar", id: 0, sum: 99 });
    expect(news).toEqual([1]);
  });

  it("rejects with the failure's own error, and tells an answer of the wrong kind", async () => {
    const { say, ask } = opened();
    const refused = ask("sum", add(1));
    say({ kind: "failed", id: 0, message: "too few" });
    await expect(refused).rejects.toThrow(RangeError);
    const odd = ask("sum", add(1));
    say({ kind: "other", id: 1 });
    await expect(odd).rejects.toThrow("internal: got an answer of kind other");
    const ended = ask("sum", add(1));
    say({ kind: "failed", id: 2, message: null });
    await expect(ended).rejects.toMatchObject({ name: "AbortError" });
  });

  it("is cancelled at once: the worker is told, and what it still says is dropped", async () => {
    const { sent, say, ask } = opened();
    const stop = new AbortController();
    const work = ask("sum", add(1, 2), stop.signal);
    stop.abort();
    await expect(work).rejects.toMatchObject({ name: "AbortError" });
    expect(sent.at(-1)).toEqual({ kind: "cancel", id: 0 });
    say({ kind: "sum", id: 0, sum: 3 });
    await expect(ask("sum", add(1), stop.signal)).rejects.toMatchObject({ name: "AbortError" });
    expect(sent).toHaveLength(2);
    // A signal that comes after the answer cancels nothing.
    const late = new AbortController();
    const done = ask("sum", add(5), late.signal);
    say({ kind: "sum", id: 1, sum: 5 });
    await done;
    late.abort();
    expect(sent).toHaveLength(3);
  });

  it("fails what waits when the worker stops, and what is asked later", async () => {
    const { port, ask } = opened();
    const work = ask("sum", add(1));
    port.onerror?.({ message: "out of memory" } as ErrorEvent);
    const told = "adding worker: must answer, but it stopped (out of memory); add by hand";
    await expect(work).rejects.toThrow(told);
    await expect(ask("sum", add(1))).rejects.toMatchObject({ name: "WorkerStoppedError", message: told });
  });

  it("can drop all questions and go on, or end for good", async () => {
    const { port, say, ask, rejectAll, dispose } = opened();
    const dropped = ask("sum", add(1));
    rejectAll(new Error("enough"));
    await expect(dropped).rejects.toThrow("enough");
    const next = ask("sum", add(2));
    say({ kind: "sum", id: 1, sum: 2 });
    expect((await next).sum).toBe(2);
    const left = ask("sum", add(3));
    dispose();
    await expect(left).rejects.toMatchObject({ name: "AbortError" });
    await expect(ask("sum", add(4))).rejects.toMatchObject({ name: "AbortError" });
    expect(port.terminate).toHaveBeenCalledOnce();
  });
});
