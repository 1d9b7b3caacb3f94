import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { initialParameters } from "../../src/alignment/network-shape.ts";
import { createTrainingEngine, REFERENCE_PARTS } from "../../src/engine/training/local.ts";
import { nodeParts } from "../../src/engine/training/node-parts.ts";
import {
  type PretrainCheckpoint,
  type TrainingCheckpoint,
  TrainingDivergedError,
  type TrainingEngine,
} from "../../src/engine/training-engine.ts";
import { meanEstimate } from "../../src/measure/scalar-sums.ts";
import { ALGORITHM_DEFAULTS, ALGORITHM_KINDS } from "../../src/spec/training/algorithm-defaults.ts";
import { alignJob, PROBLEM } from "./problems.ts";

const engines: Record<string, TrainingEngine> = {};
beforeAll(async () => {
  engines["f64"] = await createTrainingEngine(REFERENCE_PARTS);
  engines["wasm"] = await createTrainingEngine(await nodeParts());
});

describe.each(["f64", "wasm"])("The training engine on %s", (name) => {
  const engine = () => engines[name] as TrainingEngine;

  it("pretrains and trains the same twice, and goes on from a checkpoint as if it had never stopped", async () => {
    const weights = await engine().pretrain(PROBLEM);
    expect(await engine().pretrain(PROBLEM)).toEqual(weights);
    expect(weights.steps).toBe(30);
    const job = alignJob(weights.parameters);
    const kept: TrainingCheckpoint[] = [];
    const whole = await engine().align(job, { onCheckpoint: (checkpoint) => kept.push(checkpoint) });
    const middle = kept.find(({ iteration }) => iteration === 4);
    expect(middle).toBeDefined();
    expect(await engine().align({ ...job, from: middle ?? null })).toEqual(whole);
    // Control: from another state it does not.
    const start = kept[0] ?? null;
    const other = await engine().align({ ...job, from: start && { ...start, iteration: 4 } });
    expect(other.parameters).not.toEqual(whole.parameters);
  });

  it("pretrains on from a checkpoint as if it had never stopped", async () => {
    const longer = { ...PROBLEM, network: { ...PROBLEM.network, pretrainSteps: 110 } };
    const kept: PretrainCheckpoint[] = [];
    const whole = await engine().pretrain(longer, { onCheckpoint: (checkpoint) => kept.push(checkpoint) });
    expect(kept.map(({ step }) => step)).toEqual([50, 100, 110]);
    const [first] = kept;
    expect(await engine().pretrain(longer, { from: structuredClone(first ?? null) })).toEqual(whole);
    // Control: without the optimiser's memory it ends elsewhere.
    const bare = first === undefined ? null : { ...first, memory: {} };
    expect(await engine().pretrain(longer, { from: bare })).not.toEqual(whole);
  });

  // The published settings of every algorithm on a small batch; SDPO pairs samples, groups must fill the batch.
  it.each(ALGORITHM_KINDS)("goes on from a checkpoint bit for bit: %s", async (kind) => {
    const parameters = initialParameters({ dim: 1, ...PROBLEM.network }, 1);
    const job = alignJob(parameters, { batch: 48, iterations: 4 }, ALGORITHM_DEFAULTS[kind]);
    const onFlow = { ...job, problem: { ...PROBLEM, process: { kind: "flow", T: 0.99 } as const }, every: 1 };
    const kept: TrainingCheckpoint[] = [];
    const whole = await engine().align(onFlow, {
      onCheckpoint: (checkpoint) => kept.push(structuredClone(checkpoint)),
    });
    const middle = kept[2] ?? null;
    expect(middle?.iteration).toBe(2);
    expect(await engine().align({ ...onFlow, from: middle })).toEqual(whole);
    // Control: from the weights of another iteration it is another run; the best of n has no weights to tell.
    const other = middle && { ...middle, ...(kept[1] ? { parameters: kept[1].parameters } : {}) };
    const moved = await engine().align({ ...onFlow, from: other });
    if (kind !== "best-of-n") expect(moved.parameters).not.toEqual(whole.parameters);
  });

  it("gives way to a cancellation in the middle of an iteration, and leaves no tensor behind", async () => {
    const before = tf.memory().numTensors;
    const parameters = initialParameters({ dim: 1, ...PROBLEM.network }, 1);
    const stop = new AbortController();
    const long = { ...PROBLEM, network: { ...PROBLEM.network, pretrainSteps: 1_000_000 } };
    // Messages and timers reach a busy thread only if the work gives way to them.
    setTimeout(() => stop.abort(), 1);
    await expect(engine().pretrain(long, { signal: stop.signal })).rejects.toMatchObject({
      name: "AbortError",
    });
    const second = new AbortController();
    setTimeout(() => second.abort(), 1);
    const job = alignJob(parameters, { batch: 256, iterations: 1_000_000 });
    await expect(engine().align(job, { signal: second.signal })).rejects.toMatchObject({
      name: "AbortError",
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it("stops where a reward is not a number, with the state before", async () => {
    const parameters = initialParameters({ dim: 1, ...PROBLEM.network }, 1);
    const job = alignJob(parameters);
    const nan = { kind: "linear", dim: 1, weights: Float64Array.of(NaN), offset: 0 } as const;
    const failed = await engine()
      .align({ ...job, problem: { ...PROBLEM, rewards: [{ program: nan, weight: 1 }] } })
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(TrainingDivergedError);
    expect((failed as TrainingDivergedError).checkpoint).toMatchObject({ iteration: 0, parameters });
  });

  it("refuses a prediction that has no meaning on the process", async () => {
    const problem = {
      ...PROBLEM,
      process: { kind: "flow", T: 1 } as const,
      network: { ...PROBLEM.network, prediction: "eps" as const },
    };
    await expect(engine().pretrain(problem)).rejects.toThrow(/prediction: must determine x0 at every time/);
  });

  it("measures the score's error at times from noise to data", async () => {
    const errors = await engine().scoreError(PROBLEM, initialParameters({ dim: 1, ...PROBLEM.network }, 1));
    expect(errors.every(({ t }, i) => i === 0 || t < (errors[i - 1]?.t ?? 0))).toBe(true);
    // Untrained it is the score of N(0, I): at T nearly right, at low noise far off.
    expect(errors[0]?.relative).toBeLessThan(1e-3);
    expect(errors.at(-1)?.relative).toBeGreaterThan(0.5);
    expect(errors.every(({ error }) => meanEstimate(error).se > 0)).toBe(true);
  });
});
