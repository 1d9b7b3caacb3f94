import { describe, expect, it } from "vitest";
import { createAsker, WorkerCrashError, type WorkerPort } from "../../src/lab/asker.ts";
import { fakeClock } from "./fakes.ts";

interface Question {
  readonly id: number;
  readonly text: string;
}
interface Answer {
  readonly id: number;
}

interface FakePort extends WorkerPort<Question, Answer> {
  readonly got: Question[];
  ended: boolean;
  answer(id: number): void;
}

function setUp() {
  const clock = fakeClock();
  const ports: FakePort[] = [];
  const asker = createAsker<Question, Answer>(
    "worker",
    () => {
      const port: FakePort = {
        got: [],
        ended: false,
        onmessage: null,
        onerror: null,
        postMessage: (question) => port.got.push(question),
        terminate: () => (port.ended = true),
        answer: (id) => port.onmessage?.({ data: { id } } as MessageEvent<Answer>),
      };
      ports.push(port);
      return port;
    },
    clock,
  );
  const ask = (text: string, signal = new AbortController().signal) =>
    asker.ask({ id: asker.nextId(), text }, signal);
  return { clock, ports, ask, asker };
}

describe("Questions to a worker", () => {
  it("get their own answers, in whatever order these come", async () => {
    const { ports, ask } = setUp();
    const [a, b] = [ask("a"), ask("b")];
    ports[0]?.answer(1);
    ports[0]?.answer(0);
    expect([(await a).id, (await b).id]).toEqual([0, 1]);
    expect(ports).toHaveLength(1);
  });

  it("start no worker before the first", () => expect(setUp().ports).toHaveLength(0));

  it("are rejected at once when cancelled", async () => {
    const { ask } = setUp();
    const stop = new AbortController();
    const asked = ask("a", stop.signal);
    stop.abort();
    await expect(asked).rejects.toMatchObject({ name: "AbortError" });
    await expect(ask("b", stop.signal)).rejects.toMatchObject({ name: "AbortError" });
  });

  it("end a worker that is stuck on a cancelled one, and are put to a new one", async () => {
    const { clock, ports, ask } = setUp();
    const stop = new AbortController();
    const first = ask("slow", stop.signal);
    first.catch(() => undefined);
    const second = ask("wanted");
    stop.abort();
    await clock.pass(200);
    expect(ports[0]?.ended).toBe(false);
    await clock.pass(200);
    expect(ports[0]?.ended).toBe(true);
    expect(ports[1]?.got.map(({ text }) => text)).toEqual(["wanted"]);
    ports[1]?.answer(1);
    expect((await second).id).toBe(1);
  });

  it("leave a worker alone that finished the cancelled one in time", async () => {
    const { clock, ports, ask } = setUp();
    const stop = new AbortController();
    ask("quick", stop.signal).catch(() => undefined);
    stop.abort();
    ports[0]?.answer(0);
    await clock.pass(1000);
    expect(ports[0]?.ended).toBe(false);
  });

  it("fail when the worker crashes; the next one goes to a new worker", async () => {
    const { ports, ask } = setUp();
    const asked = ask("a");
    ports[0]?.onerror?.({ message: "out of memory" } as ErrorEvent);
    await expect(asked).rejects.toThrow(WorkerCrashError);
    await expect(asked).rejects.toThrow("out of memory");
    void ask("b");
    expect(ports[1]?.got.map(({ text }) => text)).toEqual(["b"]);
  });
});
