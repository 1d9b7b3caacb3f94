import { describe, expect, test } from "vitest";
import { EQUAL_REWARDS } from "../../src/alignment/advantages.ts";
import type { TrainingCheckpoint } from "../../src/engine/training-engine.ts";
import { TrainingDivergedError } from "../../src/engine/training-engine.ts";
import { meanEstimate } from "../../src/measure/scalar-sums.ts";
import { parseFormula } from "../../src/rewards/formula/parse.ts";
import type { RewardProgram } from "../../src/rewards/program.ts";
import type { AlgorithmSpec } from "../../src/spec/training/types.ts";
import { DENSE, DIRECT, IS, MIX_GRPO, SF } from "./algorithms.ts";
import { alignCase, type Case, type CaseOptions, FLOW } from "./cases.ts";

const ALL: readonly AlgorithmSpec[] = [...DENSE, DIRECT, { kind: "best-of-n", n: 4 }];
const TRAINED: readonly AlgorithmSpec[] = [...DENSE, DIRECT];

async function iterate({ aligner }: Case, times: number) {
  const reports = [];
  for (let i = 0; i < times; i++) reports.push(await aligner.iterate());
  return reports;
}

/** The flow with gDDIM, on which every algorithm runs. */
const ON_FLOW: CaseOptions = { process: FLOW, training: { noise: { kind: "gddim", eta: 0.7 } } };

describe("training", () => {
  test.each(TRAINED)("by $kind raises the reward", async (spec) => {
    const training = { ...ON_FLOW.training, batch: 96, learningRate: 0.03 };
    const reports = await iterate(await alignCase(spec, { ...ON_FLOW, training }), 16);
    const [first, last] = [reports[0]!, reports.at(-1)!].map(({ reward }) => meanEstimate(reward));
    // From -2.5 to about -0.5; 4.5 standard errors of both means are 1.1 at the start.
    expect(last!.value - first!.value).toBeGreaterThan(4.5 * Math.hypot(first!.se, last!.se));
  });

  test("control: with a learning rate of next to nothing the reward stays where it is", async () => {
    const training = { ...ON_FLOW.training, batch: 96, learningRate: 1e-9 };
    const reports = await iterate(await alignCase(IS, { ...ON_FLOW, training }), 16);
    const [first, last] = [reports[0]!, reports.at(-1)!].map(({ reward }) => meanEstimate(reward));
    expect(Math.abs(last!.value - first!.value)).toBeLessThan(4.5 * Math.hypot(first!.se, last!.se));
  });

  test.each(ALL)("by $kind goes on from a checkpoint bit for bit", async (spec) => {
    const options = {
      ...ON_FLOW,
      training: { ...ON_FLOW.training, klWeight: spec.kind === "direct" ? 0 : 0.1 },
    };
    const whole = await alignCase(spec, options);
    await iterate(whole, 2);
    // As plain data, as if it had been stored.
    const stored: TrainingCheckpoint = structuredClone(await whole.aligner.checkpoint());
    const end = await iterate(whole, 2);
    const resumed = await alignCase(spec, { ...options, from: stored });
    expect(await iterate(resumed, 2)).toEqual(end);
    expect(await resumed.aligner.checkpoint()).toEqual(await whole.aligner.checkpoint());
    // Control: from the same weights but another iteration the run is another one.
    const moved = { ...stored, iteration: 7 };
    const other = await alignCase(spec, { ...options, from: moved });
    await iterate(other, 2);
    if (spec.kind !== "best-of-n") expect(await other.network.read()).not.toEqual(await whole.network.read());
  });

  test.each(DENSE)("by $kind starts with ratios of exactly 1 where it has ratios", async (spec) => {
    const reports = await iterate(await alignCase(spec, ON_FLOW), 3);
    for (const { firstRatioError } of reports)
      expect(firstRatioError).toBe(spec.kind === "ddpo-sf" ? null : 0);
  });

  test("by unclipped DDPO-IS equals DDPO-SF in its first update, and not in its second", async () => {
    const free = { ...IS, clip: 1e9, minibatches: 1 };
    const after = async (spec: AlgorithmSpec): Promise<Float64Array> => {
      const run = await alignCase(spec);
      await iterate(run, 1);
      return run.network.read();
    };
    expect(await after(free)).toEqual(await after(SF));
    // Control: a second update on the same rollout is another matter.
    expect(await after({ ...free, innerEpochs: 2 })).not.toEqual(await after(SF));
  });

  test("counts network calls: rollout and gradient, and the reference where there is a KL", async () => {
    const [batch, steps] = [24, 6];
    const [report] = await iterate(await alignCase(SF), 1);
    expect(report!.networkCalls).toBe(batch * steps + batch * (steps - 1));
    const [withKl] = await iterate(await alignCase(SF, { training: { klWeight: 0.1 } }), 1);
    expect(withKl!.networkCalls).toBe(batch * steps + 2 * batch * (steps - 1));
    const [part] = await iterate(await alignCase({ ...SF, timestepFraction: 0.5 }), 1);
    expect(part!.networkCalls).toBe(batch * steps + batch * 2);
    const [mixed] = await iterate(await alignCase({ ...MIX_GRPO, flashRatio: 0.5 }), 1);
    // A window of 2, then 2 steps of the solver in place of 4.
    expect(mixed!.networkCalls).toBe(batch * 4 + batch * 2);
    expect(mixed!.window).toEqual([0, 2]);
  });

  test("divides by the number of dims with the mean log-probability", async () => {
    const norm = async (logProb: "sum" | "mean"): Promise<number> => {
      const [report] = await iterate(await alignCase({ ...SF, logProb }, { training: { klWeight: 0.3 } }), 1);
      return report!.gradientNorm;
    };
    expect((await norm("sum")) / (await norm("mean"))).toBeCloseTo(2, 12);
  });

  test("weighs several rewards and reports each", async () => {
    const rewards = [
      { program: towardsPoint(1, 1), weight: 2 },
      { program: towardsPoint(-1, 0), weight: 0.5 },
    ];
    const [report] = await iterate(await alignCase(SF, { rewards }), 1);
    const [first, second] = report!.each.map((sums) => meanEstimate(sums).value);
    expect(meanEstimate(report!.reward).value).toBeCloseTo(2 * first! + 0.5 * second!, 10);
  });
});

describe("what training survives:", () => {
  test.each(DENSE)("no noise is refused with the reason ($kind)", async (spec) => {
    await expect(alignCase(spec, { training: { noise: { kind: "gddim", eta: 0 } } })).rejects.toThrow(
      /noise: must be above 0, got 0; a step without noise has no density/,
    );
  });

  test("a single step, whose end has no density, is refused", async () => {
    await expect(alignCase(IS, { training: { steps: 1 } })).rejects.toThrow(/choose N >= 2/);
  });

  test("a group of 1 and a batch that groups do not fill are refused", async () => {
    await expect(alignCase({ ...MIX_GRPO, group: 1 })).rejects.toThrow(/at least 2 samples, got 1/);
    await expect(alignCase({ ...MIX_GRPO, group: 7 })).rejects.toThrow(/multiple of the group/);
    await expect(alignCase({ kind: "best-of-n", n: 7 })).rejects.toThrow(/multiple of n/);
  });

  test.each([SF, IS, MIX_GRPO])("equal rewards say so and change nothing ($kind)", async (spec) => {
    const flat: RewardProgram = { kind: "linear", dim: 2, weights: new Float64Array(2), offset: 0.1 };
    for (const klWeight of [0, 0.2]) {
      const run = await alignCase(spec, { rewards: [{ program: flat, weight: 1 }], training: { klWeight } });
      const before = await run.network.read();
      const [report] = await iterate(run, 1);
      expect(report!.notes.join()).toContain(EQUAL_REWARDS);
      expect(report!.gradientNorm).toBe(0);
      expect(await run.network.read()).toEqual(before);
    }
  });

  test("a reward that is not a number stops training with the last good state", async () => {
    // log(x) has no value left of 0, where some samples are.
    const rewards = [{ program: formula("log(x)"), weight: 1 }];
    const run = await alignCase(IS, { rewards });
    const before = await run.network.read();
    const error = await run.aligner.iterate().catch((caught: unknown) => caught);
    if (!(error instanceof TrainingDivergedError)) throw new Error("must diverge");
    expect(error.message).toMatch(
      /iteration 1: the reward "formula" of \d+ of 24 samples is not a finite number; a formula/,
    );
    expect(error.checkpoint.parameters).toEqual(before);
    expect(await run.network.read()).toEqual(before);
  });

  test("updates that are too large stop it, back at the last state with finite samples", async () => {
    const run = await alignCase(IS, { training: { learningRate: 1e300 } });
    const before = await run.network.read();
    let error: unknown = null;
    for (let i = 0; i < 3 && error === null; i++)
      await run.aligner.iterate().catch((caught: unknown) => (error = caught));
    if (!(error instanceof TrainingDivergedError)) throw new Error("must diverge");
    expect(error.message).toMatch(/training, iteration \d: .*smaller learning rate/);
    expect(error.checkpoint.parameters).toEqual(before);
    expect(await run.network.read()).toEqual(before);
    expect((await run.network.takeGradient()).every((v) => v === 0)).toBe(true);
  });

  test("a cancelled iteration leaves the network at its start and can be repeated", async () => {
    const run = await alignCase(IS);
    await iterate(run, 1);
    const before = await run.aligner.checkpoint();
    const control = new AbortController();
    const running = run.aligner.iterate(control.signal);
    control.abort();
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
    expect(await run.aligner.checkpoint()).toEqual(before);
    const again = await iterate(run, 1);
    const straight = await iterate(await alignCase(IS), 2);
    expect(again[0]).toEqual(straight[1]);
  });
});

function towardsPoint(x: number, y: number): RewardProgram {
  return { kind: "quadratic", dim: 2, center: Float64Array.of(x, y), matrix: Float64Array.of(1, 0, 0, 1) };
}

function formula(text: string): RewardProgram {
  const parsed = parseFormula(text, 2);
  if (!parsed.ok) throw new Error("the test's formula must parse");
  return { kind: "formula", dim: 2, text, expression: parsed.expression };
}
