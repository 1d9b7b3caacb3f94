import { describe, expect, it, vi } from "vitest";
import { createWorkerTrainingEngine, type TrainingPort } from "../../src/engine/training/client.ts";
import { createTrainingEngine, REFERENCE_PARTS } from "../../src/engine/training/local.ts";
import type { TrainingReply, TrainingRequest } from "../../src/engine/training/messages.ts";
import { createTrainingServer } from "../../src/engine/training/serve.ts";
import {
  type GlyphProblem,
  type IterationReport,
  type PretrainCheckpoint,
  type TrainingCheckpoint,
  TrainingDivergedError,
  type TrainingEngine,
  type TrainingEngineInfo,
} from "../../src/engine/training-engine.ts";
import { alignJob, measureJob, PROBLEM } from "./problems.ts";

/** A worker in this thread: messages are cloned and arrive later, as between threads. */
function loopback(
  open: (base: string) => Promise<TrainingEngine>,
): TrainingPort & { readonly sent: TrainingRequest[] } {
  const sent: TrainingRequest[] = [];
  const port: TrainingPort & { sent: TrainingRequest[] } = {
    sent,
    onmessage: null,
    onerror: null,
    terminate: vi.fn(),
    postMessage: (request) => {
      sent.push(request);
      const copy = structuredClone(request);
      queueMicrotask(() => server(copy));
    },
  };
  const server = createTrainingServer(open, (reply: TrainingReply) => {
    const data = structuredClone(reply);
    queueMicrotask(() => port.onmessage?.({ data } as MessageEvent<TrainingReply>));
  });
  return port;
}

const local = () => createTrainingEngine(REFERENCE_PARTS);

describe("The training engine in a worker", () => {
  it("loads the glyph model: the problem goes there, bytes and parameters come back", async () => {
    const problem: GlyphProblem = {
      kind: "glyphs",
      weights: "student",
      prompts: [[1, 2, 3]],
      process: { kind: "flow", T: 0.99 },
      adapter: { rank: 2, layers: "all", seed: 1 },
      rewards: [],
    };
    const asked: GlyphProblem[] = [];
    const bases: string[] = [];
    const open = async (base?: string): Promise<TrainingEngine> => {
      bases.push(base ?? "");
      return {
        ...(await local()),
        load: (given, { onBytes } = {}) => {
          asked.push(given);
          onBytes?.(3, 7, false);
          return Promise.resolve({ parameters: Float64Array.of(5), steps: 0 });
        },
      };
    };
    const engine = await createWorkerTrainingEngine(() => loopback(open), "https://page.test/");
    const news: unknown[] = [];
    const weights = await engine.load(problem, { onBytes: (...bytes) => news.push(bytes) });
    expect(weights).toEqual({ parameters: Float64Array.of(5), steps: 0 });
    expect(asked).toEqual([problem]);
    expect(news).toEqual([[3, 7, false]]);
    expect(bases).toEqual(["https://page.test/"]);
    // An engine of points says so.
    const points = await createWorkerTrainingEngine(() => loopback(local));
    await expect(points.load(problem)).rejects.toThrow(RangeError);
  });

  it("tells what it runs on anew, once that is known", async () => {
    const news = { ...REFERENCE_PARTS.info, reason: "The glyph model runs elsewhere." };
    const open = async (): Promise<TrainingEngine> => {
      const listeners: ((info: TrainingEngineInfo) => void)[] = [];
      return {
        ...(await local()),
        watchInfo: (listener) => void listeners.push(listener),
        load: () => {
          for (const listener of listeners) listener(news);
          return Promise.resolve({ parameters: Float64Array.of(1), steps: 0 });
        },
      };
    };
    const engine = await createWorkerTrainingEngine(() => loopback(open));
    const seen: TrainingEngineInfo[] = [];
    engine.watchInfo?.((info) => seen.push(info));
    expect(engine.info).toEqual(REFERENCE_PARTS.info);
    await engine.load({
      kind: "glyphs",
      weights: "student",
      prompts: [],
      process: { kind: "flow", T: 0.99 },
      adapter: { rank: 2, layers: "all", seed: 1 },
      rewards: [],
    });
    expect(seen).toEqual([news]);
    expect(engine.info).toEqual(news);
  });

  it("gives what the local one gives, to the last bit, with its news on the way", async () => {
    const [near, far] = await Promise.all([local(), createWorkerTrainingEngine(() => loopback(local))]);
    expect(far.info).toEqual(near.info);
    const results = await Promise.all(
      [near, far].map(async (engine) => {
        const losses: number[] = [];
        const weights = await engine.pretrain(PROBLEM, { onProgress: ({ loss }) => losses.push(loss) });
        const reports: IterationReport[] = [];
        const checkpoints: TrainingCheckpoint[] = [];
        const last = await engine.align(alignJob(weights.parameters), {
          onIteration: (report) => reports.push(report),
          onCheckpoint: (checkpoint) => checkpoints.push(checkpoint),
        });
        const arms = await engine.measure(measureJob(last.parameters, weights.parameters));
        const errors = await engine.scoreError(PROBLEM, weights.parameters);
        return { losses, weights, reports, checkpoints, last, arms, errors };
      }),
    );
    expect(results[1]).toEqual(results[0]);
    expect(results[0]?.losses).toHaveLength(1);
    expect(results[0]?.reports.map(({ iteration }) => iteration)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(results[0]?.checkpoints.map(({ iteration }) => iteration)).toEqual([0, 2, 4, 6]);
  });

  it("carries checkpoints of pretraining both ways", async () => {
    const engine = await createWorkerTrainingEngine(() => loopback(local));
    const longer = { ...PROBLEM, network: { ...PROBLEM.network, pretrainSteps: 60 } };
    const kept: PretrainCheckpoint[] = [];
    const whole = await engine.pretrain(longer, { onCheckpoint: (checkpoint) => kept.push(checkpoint) });
    expect(kept.map(({ step }) => step)).toEqual([50, 60]);
    expect(await engine.pretrain(longer, { from: kept[0] ?? null })).toEqual(whole);
    // Control: another state ends elsewhere.
    const end = kept[1];
    const other = end === undefined ? null : { ...end, step: 50 };
    expect(await engine.pretrain(longer, { from: other })).not.toEqual(whole);
  });

  it("cancels at once, tells the worker, and can be used again", async () => {
    const port = loopback(local);
    const engine = await createWorkerTrainingEngine(() => port);
    const { parameters } = await engine.pretrain(PROBLEM);
    const stop = new AbortController();
    const seen: number[] = [];
    const run = engine.align(alignJob(parameters, { iterations: 100_000 }), {
      signal: stop.signal,
      onIteration: ({ iteration }) => {
        seen.push(iteration);
        if (iteration === 3) stop.abort();
      },
    });
    await expect(run).rejects.toMatchObject({ name: "AbortError" });
    expect(port.sent.at(-1)?.kind).toBe("cancel");
    expect(await engine.measure(measureJob(parameters, null))).toHaveLength(2);
    expect(seen).toEqual([1, 2, 3]);
  });

  it("refuses to begin with an aborted signal, without a message", async () => {
    const port = loopback(local);
    const engine = await createWorkerTrainingEngine(() => port);
    const before = port.sent.length;
    await expect(engine.pretrain(PROBLEM, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: "AbortError",
    });
    expect(port.sent).toHaveLength(before);
  });

  it("carries the last good checkpoint of a training that diverged, and refusals as RangeError", async () => {
    const checkpoint: TrainingCheckpoint = {
      iteration: 2,
      update: 2,
      networkCalls: 9,
      parameters: Float64Array.of(1),
      memory: { "adamw.step": Float64Array.of(2) },
    };
    const broken = async (): Promise<TrainingEngine> => ({
      ...(await local()),
      align: () => Promise.reject(new TrainingDivergedError("the loss is not a number", 3, checkpoint)),
      measure: () => Promise.reject(new RangeError("no such arm")),
    });
    const engine = await createWorkerTrainingEngine(() => loopback(broken));
    const failed = await engine.align(alignJob(new Float64Array(0))).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(TrainingDivergedError);
    expect(failed).toMatchObject({ message: "the loss is not a number", iteration: 3, checkpoint });
    await expect(engine.measure(measureJob(new Float64Array(0), null))).rejects.toThrow(RangeError);
  });

  it("rejects what waits and all that comes later when the worker stops", async () => {
    const port = loopback(local);
    const engine = await createWorkerTrainingEngine(() => port);
    const run = engine.pretrain(PROBLEM);
    port.onerror?.({ message: "out of memory" } as ErrorEvent);
    await expect(run).rejects.toThrow(/stopped \(out of memory\); reload the page/);
    await expect(engine.pretrain(PROBLEM)).rejects.toThrow(/out of memory/);
  });

  it("rejects, and ends the worker, where the engine cannot start", async () => {
    const port = loopback(() => Promise.reject(new Error("training engine: WebAssembly must be available")));
    await expect(createWorkerTrainingEngine(() => port)).rejects.toThrow(/WebAssembly must be available/);
    expect(port.terminate).toHaveBeenCalledOnce();
  });

  it("ends the worker and what waits when disposed of", async () => {
    const port = loopback(local);
    const engine = await createWorkerTrainingEngine(() => port);
    const run = engine.pretrain(PROBLEM);
    engine.dispose();
    await expect(run).rejects.toMatchObject({ name: "AbortError" });
    expect(port.terminate).toHaveBeenCalledOnce();
  });
});
