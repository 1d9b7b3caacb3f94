import { describe, expect, test } from "vitest";
import { bestOfEach } from "../../src/alignment/algorithms/best-of-n.ts";
import { algorithmCard } from "../../src/alignment/algorithms/index.ts";
import { expWeights, weightedPull } from "../../src/alignment/algorithms/rwr.ts";
import { cpuNetworks } from "../../src/alignment/cpu/network.ts";
import { createAligner } from "../../src/alignment/aligner.ts";
import { initialParameters } from "../../src/alignment/network-shape.ts";
import type { PolicyNetwork } from "../../src/alignment/policy-network.ts";
import { gaussianLaw } from "../../src/diffusion/gaussian-mixture.ts";
import { createProcess } from "../../src/diffusion/processes/index.ts";
import { meanEstimate, varianceOf } from "../../src/measure/scalar-sums.ts";
import { ALGORITHM_DEFAULTS, ALGORITHM_KINDS } from "../../src/spec/training/algorithm-defaults.ts";
import type { AlgorithmSpec } from "../../src/spec/training/types.ts";
import { REFERENCES } from "../../src/theory/references.ts";
import { expectAllClose, expectClose } from "../support/numbers.ts";
import { DPOK, FLOW_GRPO, MIX_GRPO, SDPO, SF } from "./algorithms.ts";
import { alignCase, type CaseOptions, FLOW, SECTION, towards, VP } from "./cases.ts";

/** All gradients that the optimiser takes, in order. */
function recordGradients(network: PolicyNetwork): Float64Array[] {
  const taken: Float64Array[] = [];
  const take = network.takeGradient.bind(network);
  network.takeGradient = async () => {
    const gradient = await take();
    taken.push(gradient.slice());
    return gradient;
  };
  return taken;
}

async function firstGradient(spec: AlgorithmSpec, options: CaseOptions = {}) {
  const run = await alignCase(spec, options);
  const taken = recordGradients(run.network);
  const report = await run.aligner.iterate();
  return { gradient: taken[0] ?? new Float64Array(0), report };
}

describe("reward gradients", () => {
  const away = (reference: Float64Array): Float64Array => reference.map((v, i) => v + 0.1 * Math.sin(i));
  test.each([
    ["the reward", 6, 0],
    ["reward and KL", 6, 0.4],
  ] as const)(
    "through all steps are central differences of %s with the noise held",
    async (_, through, klWeight) => {
      const options = (start: (reference: Float64Array) => Float64Array): CaseOptions => ({
        mean: [0.3],
        training: { klWeight, batch: 8 },
        start,
      });
      const { gradient } = await firstGradient({ kind: "direct", through }, options(away));
      const h = 1e-5;
      // With a KL the last step, which has no noise, is passed but not trained.
      const trained = klWeight > 0 ? gradient.length - 2 : gradient.length;
      for (let i = 0; i < trained; i++) {
        const loss = async (by: number): Promise<number> => {
          const moved = (reference: Float64Array): Float64Array =>
            away(reference).map((v, j) => (j === i ? v + by : v));
          return (await firstGradient({ kind: "direct", through }, options(moved))).report.loss;
        };
        // Truncation h^2 times a third derivative of about 10, rounding 1e-16 * 10 / h.
        expectClose(
          gradient[i]!,
          ((await loss(h)) - (await loss(-h))) / (2 * h),
          { absolute: 1e-8 },
          `slope ${i}`,
        );
      }
      expect(Array.from(gradient.subarray(trained))).toEqual(
        Array.from(gradient.subarray(trained)).map(() => 0),
      );
    },
  );

  test("through the last steps alone leave the first ones as they are", async () => {
    const { gradient } = await firstGradient({ kind: "direct", through: 2 }, { mean: [0.3] });
    expect(Array.from(gradient, (v) => v !== 0)).toEqual(
      Array.from(gradient, (_, i) => i >= gradient.length - 4),
    );
  });

  test("refuse a KL where no step with noise is passed, or without noise", async () => {
    const kl = { klWeight: 0.1 };
    await expect(alignCase({ kind: "direct", through: 1 }, { training: kl })).rejects.toThrow(/at least 2/);
    const still = { ...kl, noise: { kind: "gddim", eta: 0 } as const };
    await expect(alignCase({ kind: "direct", through: 3 }, { training: still })).rejects.toThrow(/infinite/);
  });

  test("work without noise, which has no density but a gradient", async () => {
    const training = { noise: { kind: "gddim", eta: 0 } as const };
    const { report } = await firstGradient({ kind: "direct", through: 3 }, { training });
    expect(report.gradientNorm).toBeGreaterThan(0);
  });
});

describe("MixGRPO", () => {
  const full = { ...MIX_GRPO.window, size: 6, strategy: "frozen" } as const;
  const shared = { group: 24, minibatches: 1, std: "population" } as const;
  const options: CaseOptions = { process: FLOW, training: { noise: { kind: "flow-grpo", level: 0.7 } } };

  test("with a full window is Flow-GRPO, but for the epsilon of the deviation", async () => {
    // A window holds trained steps only, so it is full where the last step is trained too.
    const keep: CaseOptions = { ...options, training: { ...options.training, lastStep: "keep" } };
    const flow = await firstGradient({ ...FLOW_GRPO, ...shared }, keep);
    const mix = await firstGradient({ ...MIX_GRPO, ...shared, window: full, sharedNoise: false }, keep);
    expect(mix.report.reward).toEqual(flow.report.reward);
    const { n } = flow.report.reward;
    const std = Math.sqrt((varianceOf(flow.report.reward) * (n - 1)) / n);
    expectAllClose(
      mix.gradient,
      flow.gradient.map((v) => (v * (std + 1e-4)) / (std + 1e-8)),
      { relative: 1e-10, absolute: 1e-14 },
    );
    // Control: with a smaller window the samples are others.
    const part = await firstGradient({ ...MIX_GRPO, ...shared, sharedNoise: false }, keep);
    expect(part.report.reward).not.toEqual(flow.report.reward);
  });

  test("trains the steps of its window only", async () => {
    const window = { ...full, size: 2, start: 1 };
    const { gradient } = await firstGradient({ ...MIX_GRPO, window }, options);
    // Six numbers per step in two dimensions.
    expect(Array.from(gradient, (v) => v !== 0)).toEqual(
      Array.from(gradient, (_, i) => i >= 1 * 6 && i < 3 * 6),
    );
  });

  test("tells its window, which moves", async () => {
    const run = await alignCase(MIX_GRPO, options);
    const windows = [];
    for (let i = 0; i < 8; i++) windows.push((await run.aligner.iterate()).window);
    expect(windows.map((w) => w?.[0])).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
  });

  test("adds each reward's own advantage, or normalises their sum", async () => {
    const rewards = [
      { program: towards(1, 1), weight: 1 },
      // A hundred times the size: the sum of rewards is all but this one.
      {
        program: { kind: "linear", dim: 2, weights: Float64Array.of(-100, 0), offset: 0 } as const,
        weight: 1,
      },
    ];
    const cosine = async (aggregate: "advantages" | "rewards"): Promise<number> => {
      const both = await firstGradient({ ...MIX_GRPO, aggregate }, { ...options, rewards });
      const large = await firstGradient(MIX_GRPO, { ...options, rewards: rewards.slice(1) });
      const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
      const [a, b] = [both.gradient, large.gradient];
      return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    };
    expect(await cosine("rewards")).toBeGreaterThan(0.99);
    expect(await cosine("advantages")).toBeLessThan(0.9);
  });
});

describe("SDPO", () => {
  const norms = async (spec: AlgorithmSpec): Promise<Float64Array[]> => {
    const run = await alignCase(spec);
    const taken = recordGradients(run.network);
    await run.aligner.iterate();
    return taken;
  };

  test("updates once per slot and minibatch, or once per minibatch", async () => {
    expect(await norms(SDPO)).toHaveLength(5);
    expect(await norms({ ...SDPO, minibatches: 3 })).toHaveLength(15);
    expect(await norms({ ...SDPO, stepwiseUpdates: false, minibatches: 3 })).toHaveLength(3);
  });

  test("without shuffling each slot is one step", async () => {
    const steps = (await norms({ ...SDPO, shuffleSteps: false })).map((gradient) =>
      Array.from({ length: 6 }, (_, k) => gradient.subarray(6 * k, 6 * k + 6).some((v) => v !== 0)),
    );
    expect(steps).toEqual(Array.from({ length: 5 }, (_, j) => Array.from({ length: 6 }, (__, k) => k === j)));
  });

  test.each(["pairs", "denseRewards", "stepwiseAdvantages", "stepwiseUpdates", "shuffleSteps"] as const)(
    "runs without %s, and that changes it",
    async (part) => {
      const [whole, without] = [await norms(SDPO), await norms({ ...SDPO, [part]: false })];
      expect(without[0]!.every(Number.isFinite)).toBe(true);
      expect(without[0]).not.toEqual(whole[0]);
    },
  );

  test("refuses an odd batch of pairs", async () => {
    await expect(alignCase(SDPO, { training: { batch: 25 } })).rejects.toThrow(/multiple of the group/);
  });
});

describe("DPOK", () => {
  test("replays no more than its buffer", async () => {
    const run = await alignCase({ ...DPOK, buffer: 200 });
    for (let i = 0; i < 3; i++) await run.aligner.iterate();
    const { memory } = await run.aligner.checkpoint();
    expect(memory["replay.reward"]).toHaveLength(200);
    expect(memory["replay.x"]).toHaveLength(400);
    // The newest 200 of 24 x 5 a rollout: 80 of iteration 1, all 120 of iteration 2.
    expect(Array.from(memory["replay.drawn"] ?? []).filter((i) => i === 2)).toHaveLength(120);
    expect(Array.from(memory["replay.drawn"] ?? []).filter((i) => i === 1)).toHaveLength(80);
  });

  test("pulls back to the reference by either distance", async () => {
    const start = (reference: Float64Array): Float64Array => reference.map((v) => v + 0.2);
    const norm = async (kl: "exact" | "eps-mse", klWeight: number): Promise<number> =>
      (await firstGradient({ ...DPOK, kl }, { start, training: { klWeight } })).report.gradientNorm;
    for (const kl of ["exact", "eps-mse"] as const)
      expect(await norm(kl, 100)).toBeGreaterThan(10 * (await norm(kl, 1e-6)));
    expect(await norm("exact", 1)).not.toBe(await norm("eps-mse", 1));
  });
});

describe("reward-weighted regression", () => {
  test("weighs by exp(r / temperature) over its mean, without overflow", () => {
    const weights = expWeights(Float64Array.of(0, 1, 2), 0.5);
    const raw = [1, Math.exp(2), Math.exp(4)];
    const mean = (raw[0]! + raw[1]! + raw[2]!) / 3;
    expectAllClose(
      weights,
      raw.map((v) => v / mean),
      { relative: 1e-14 },
    );
    expectAllClose(expWeights(Float64Array.of(1e5, -1e5), 1e-3), [2, 0], { absolute: 0 });
  });

  test("has the gradient of its loss", () => {
    const x0 = Float64Array.of(0.5, -1, 2, 0);
    const x0Hat = Float64Array.of(0, 0.3, 1, 1);
    const [strength, weights] = [Float64Array.of(2, 0.5), Float64Array.of(0.3, 1.7)];
    const loss = (moved: Float64Array): number => weightedPull(moved, x0, strength, weights, 2).loss;
    weightedPull(x0Hat, x0, strength, weights, 2).gradient.forEach((slope, j) => {
      const at = (by: number): number => loss(x0Hat.map((v, i) => (i === j ? v + by : v)));
      // The loss is quadratic: the central difference is exact up to rounding.
      expectClose((at(1e-4) - at(-1e-4)) / 2e-4, slope, { absolute: 1e-10 });
    });
  });

  test("raises the reward of a small network", async () => {
    const process = createProcess(VP);
    const shape = { dim: 1, width: 16, depth: 2, prediction: "v" } as const;
    const start = initialParameters(shape, 1);
    const make = cpuNetworks(process);
    const aligner = await createAligner({
      problem: {
        law: gaussianLaw([0], Float64Array.of(1)),
        process: VP,
        network: { width: 16, depth: 2, prediction: "v", pretrainSteps: 0, seed: 1 },
        rewards: [{ program: towards(1), weight: 1 }],
      },
      process,
      network: make(shape, start),
      reference: make(shape, start),
      algorithm: { kind: "rwr", temperature: 1, innerSteps: 5 },
      training: { ...SECTION, batch: 200, learningRate: 0.01 },
      from: null,
    });
    const first = meanEstimate((await aligner.iterate()).reward);
    for (let i = 0; i < 8; i++) await aligner.iterate();
    const last = meanEstimate((await aligner.iterate()).reward);
    expect(last.value - first.value).toBeGreaterThan(4.5 * Math.hypot(first.se, last.se));
  });
});

describe("best of n", () => {
  test("keeps the best of each set and leaves the network alone", async () => {
    const rewards = {
      total: Float64Array.of(1, 5, 2, 7, 7, 3),
      each: [Float64Array.of(10, 50, 20, 71, 72, 30)],
    };
    expect(bestOfEach(rewards, 3)).toEqual({ total: Float64Array.of(5, 7), each: [Float64Array.of(50, 71)] });
    const run = await alignCase({ kind: "best-of-n", n: 4 }, { training: { batch: 400 } });
    const before = await run.network.read();
    const best = await run.aligner.iterate();
    const all = await (await alignCase(SF, { training: { batch: 400 } })).aligner.iterate();
    expect(best.reward.n).toBe(100);
    expect(meanEstimate(best.reward).value).toBeGreaterThan(meanEstimate(all.reward).value + 0.5);
    expect(best.networkCalls).toBe(400 * 6);
    expect(await run.network.read()).toEqual(before);
  });
});

describe("the cards", () => {
  test.each(ALGORITHM_KINDS)("of %s name a known paper, defaults and deviations", (kind) => {
    const { title, summary, paper, defaults, deviations } = algorithmCard(kind);
    expect(title.length).toBeGreaterThan(3);
    expect(summary.length).toBeGreaterThan(20);
    if (paper !== null) expect(Object.keys(REFERENCES)).toContain(paper);
    expect(defaults.length * deviations.length).toBeGreaterThan(0);
  });

  // Reward-weighted regression needs a network that knows every time; it is trained above.
  test.each(ALGORITHM_KINDS.filter((kind) => kind !== "rwr"))("and %s runs as published", async (kind) => {
    const training = { batch: 48, noise: { kind: "gddim", eta: 1 } as const };
    const { aligner } = await alignCase(ALGORITHM_DEFAULTS[kind], { training });
    expect((await aligner.iterate()).networkCalls).toBeGreaterThan(48 * 6 - 1);
  });
});
