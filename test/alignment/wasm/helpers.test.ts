import { afterAll, describe, expect, it } from "vitest";
import type { NetworkShape, PolicyNetwork } from "../../../src/alignment/policy-network.ts";
import type { Crew, HelperEvents, StartHelper } from "../../../src/alignment/wasm/crew.ts";
import { createHelper } from "../../../src/alignment/wasm/helper.ts";
import type { HelperReply, HelperRequest } from "../../../src/alignment/wasm/helper-messages.ts";
import type { Rest } from "../../../src/alignment/rest.ts";
import { wasmNetworks } from "../../../src/alignment/wasm/network.ts";
import { crewOf, startCrew, threadsOn } from "../../../src/engine/training/helpers.ts";
import { fullParameters, normals, times, VP } from "../network/networks.ts";

const SHAPE: NetworkShape = { dim: 2, width: 12, depth: 2, prediction: "v" };
/** Three pieces of gradients, the last one not full, and not a multiple of a tile. */
const ROWS = 1111;

/** What a thread of this process was asked for. */
interface Watched {
  readonly start: StartHelper;
  readonly asked: HelperRequest[];
}

/**
 * Threads in this very thread, whose messages are copied and take a task each as those of workers do. `reply` may change what
 * they say; `dies` tells after which requests they are gone.
 */
function fakeThreads(
  reply: (reply: HelperReply) => HelperReply = (same) => same,
  dies: (request: HelperRequest) => boolean = () => false,
): Watched {
  const asked: HelperRequest[] = [];
  const start: StartHelper = ({ onReply, onDeath }: HelperEvents) => {
    let alive = true;
    const later = (task: () => void) => setTimeout(() => alive && task(), 0);
    const serve = createHelper((answer) => {
      later(() => onReply(structuredClone(reply(answer))));
    });
    later(() => onReply({ kind: "ready" }));
    return {
      send: (request, transfer) => {
        const copy = structuredClone(request, { transfer: [...transfer] });
        asked.push(copy);
        later(() => {
          serve(copy);
          if (!dies(copy)) return;
          onDeath();
          alive = false;
        });
      },
      setBusy: () => undefined,
      terminate: () => (alive = false),
    };
  };
  return { start, asked };
}

async function readyCrew(start: StartHelper, count: number): Promise<Crew> {
  const crew = crewOf(start, count);
  while (!crew.helpers.every(({ isReady }) => isReady)) await crew.pause();
  return crew;
}

/** All that a network can be asked, with and without a crew. */
async function answers(crew: Crew | null, rest?: Rest): Promise<Record<string, Float64Array>> {
  const network = wasmNetworks(VP, rest, crew)(SHAPE, fullParameters(SHAPE, 1));
  const [x, t, weights] = [normals(2 * ROWS, 1), times(ROWS, 1), normals(2 * ROWS, 2)];
  const first = await network.predict(x, t);
  network.write(fullParameters(SHAPE, 2));
  await network.accumulate(x, t, (x0Hat) => x0Hat.map(Math.sin));
  await network.accumulate(x.slice(0, 800), t.slice(0, 400), (x0Hat) => x0Hat.map(Math.cos));
  const gradient = await network.takeGradient();
  const input = await network.pullToInput(x, t, weights);
  const second = await network.predict(x, t);
  network.dispose();
  return { first, second, gradient, input };
}

const alone = answers(null);
const kinds = (asked: readonly HelperRequest[]) => new Set(asked.map(({ kind }) => kind));

describe("Networks whose rows are shared out", () => {
  it.each([1, 2, 3])("give the same bits with %i helpers as alone", async (count) => {
    const threads = fakeThreads();
    const crew = await readyCrew(threads.start, count);
    expect(await answers(crew)).toEqual(await alone);
    expect(kinds(threads.asked)).toEqual(new Set(["write", "forward", "gradient", "pull-back", "close"]));
  });

  it("give other numbers where a helper errs (control)", async () => {
    const wrong = (reply: HelperReply): HelperReply =>
      reply.kind === "done" ? { ...reply, values: reply.values.map((v) => v * (1 + 2 ** -20)) } : reply;
    const got = await answers(await readyCrew(fakeThreads(wrong).start, 1));
    const expected = await alone;
    for (const name of Object.keys(expected)) expect(got[name]).not.toEqual(expected[name]);
  });

  it.each(["write", "forward", "gradient", "pull-back"] as const)(
    "give the same bits where a helper dies of a %s",
    async (kind) => {
      const threads = fakeThreads(undefined, (request) => request.kind === kind);
      const crew = await readyCrew(threads.start, 2);
      expect(await answers(crew)).toEqual(await alone);
      expect(crew.helpers.map(({ isReady }) => isReady)).toEqual([false, false]);
    },
  );

  it("do without a helper that failed, since its traces are lost", async () => {
    let left = 3;
    const fails = (reply: HelperReply): HelperReply =>
      reply.kind === "done" && --left === 0 ? { kind: "failed", id: reply.id, message: "no memory" } : reply;
    const crew = await readyCrew(fakeThreads(fails).start, 1);
    expect(await answers(crew)).toEqual(await alone);
    expect(crew.helpers[0]?.isReady).toBe(false);
  });

  it("stop where resting throws, and work on afterwards", async () => {
    const crew = await readyCrew(fakeThreads().start, 1);
    let rests = 0;
    const rest: Rest = () => (++rests === 3 ? Promise.reject(new Error("enough")) : Promise.resolve());
    const network = wasmNetworks(VP, rest, crew)(SHAPE, fullParameters(SHAPE, 1));
    const [x, t] = [normals(2 * 5000, 1), times(5000, 1)];
    await expect(network.predict(x, t)).rejects.toThrow("enough");
    const after = await network.predict(x, t);
    const single = wasmNetworks(VP)(SHAPE, fullParameters(SHAPE, 1));
    expect(after).toEqual(await single.predict(x, t));
  });

  it.each(["predict", "accumulate", "pullToInput"] as const)(
    "finish a call during which they are disposed of, and leave the helpers to others: %s",
    async (call) => {
      const threads = fakeThreads();
      const crew = await readyCrew(threads.start, 2);
      const [x, t] = [normals(2 * 5000, 1), times(5000, 1)];
      const ask = async (network: PolicyNetwork): Promise<Float64Array> => {
        if (call === "predict") return network.predict(x, t);
        if (call === "pullToInput") return network.pullToInput(x, t, x);
        await network.accumulate(x, t, (x0Hat) => x0Hat.map(Math.sin));
        return network.takeGradient();
      };
      let rests = 0;
      const rest: Rest = async () => {
        if (++rests === 2) network.dispose();
      };
      const network = wasmNetworks(VP, rest, crew)(SHAPE, fullParameters(SHAPE, 1));
      const [got, late] = await Promise.allSettled([ask(network), network.predict(x, t)]);
      const single = wasmNetworks(VP)(SHAPE, fullParameters(SHAPE, 1));
      expect(got).toEqual({ status: "fulfilled", value: await ask(single) });
      expect(late).toMatchObject({ status: "rejected", reason: { message: /disposed/ } });
      // Nothing is asked of a helper after it was told to forget the network.
      expect(threads.asked.slice(-2).map(({ kind }) => kind)).toEqual(["close", "close"]);
      expect(await answers(crew)).toEqual(await alone);
      expect(crew.helpers.map(({ isReady }) => isReady)).toEqual([true, true]);
    },
  );

  it("rest also before each part that a dead helper left", async () => {
    const [x, t] = [normals(2 * 5000, 1), times(5000, 1)];
    const restsOf = async (dies: boolean, allowed: number): Promise<number> => {
      const crew = await readyCrew(fakeThreads(undefined, () => dies).start, 1);
      let rests = 0;
      const rest: Rest = () => (++rests > allowed ? Promise.reject(new Error("enough")) : Promise.resolve());
      await wasmNetworks(VP, rest, crew)(SHAPE, fullParameters(SHAPE, 1)).predict(x, t);
      return rests;
    };
    // Ten pieces of 512 rows, shared by two.
    expect(await restsOf(false, 10)).toBe(5);
    expect(await restsOf(true, 10)).toBe(10);
    await expect(restsOf(true, 7)).rejects.toThrow("enough");
  });

  it("keep few rows to themselves, and all of them before a helper is ready", async () => {
    const threads = fakeThreads();
    const crew = await readyCrew(threads.start, 1);
    const network = wasmNetworks(VP, undefined, crew)(SHAPE, fullParameters(SHAPE, 1));
    await network.predict(normals(2 * 100, 1), times(100, 1));
    expect(threads.asked).toEqual([]);
    const silent = crewOf(() => ({ send: expect.fail, setBusy: () => undefined, terminate: () => 0 }), 2);
    expect(await answers(silent)).toEqual(await alone);
  });
});

describe("The threads of an engine", () => {
  it.each([
    [1, 1],
    [2, 1],
    [4, 2],
    [7, 3],
    [64, 8],
  ])("on %i cores are %i", (cores, threads) => {
    expect(threadsOn(cores)).toBe(threads);
  });

  it("are none besides its own where they cannot be started", () => {
    const forbidden: StartHelper = () => {
      throw new Error("not allowed");
    };
    expect(crewOf(forbidden, 3).helpers).toEqual([]);
  });
});

describe("Worker threads of Node", () => {
  const crews: Crew[] = [];
  afterAll(() => crews.forEach(({ helpers }) => helpers.forEach((helper) => helper.end())));

  it("take their share, with the same bits", async () => {
    const crew = await startCrew(3);
    crews.push(crew);
    expect(crew.helpers.length).toBe(2);
    while (!crew.helpers.every(({ isReady }) => isReady)) await crew.pause();
    expect(await answers(crew)).toEqual(await alone);
    expect(crew.helpers.every(({ isReady }) => isReady)).toBe(true);
  });
});
