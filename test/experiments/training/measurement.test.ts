import { describe, expect, test } from "vitest";
import { noiseSteps } from "../../../src/alignment/noise-steps.ts";
import { createGrid } from "../../../src/diffusion/grid.ts";
import { hackingAlarms } from "../../../src/experiments/training/alarm.ts";
import { trainingCharts } from "../../../src/experiments/training/charts.ts";
import { EMPTY_HISTORY, historyUntil, withMeasurement } from "../../../src/experiments/training/history.ts";
import { readMeasurement, type PolicyMeasurement } from "../../../src/experiments/training/measurement.ts";
import { deploymentArms, measurementArms, measurePolicy } from "../../../src/experiments/training/plan.ts";
import {
  pretrainedKey,
  resolveTraining,
  trainingProblem,
} from "../../../src/experiments/training/resolve.ts";
import { sumOfRewards, trainingTheory } from "../../../src/experiments/training/theory.ts";
import type { Estimate } from "../../../src/measure/estimate.ts";
import { interval } from "../../../src/measure/verdict.ts";
import { createReward } from "../../../src/rewards/evaluate.ts";
import type { PointTrainingSpec } from "../../../src/spec/training/types.ts";
import { exactEngine } from "./exact-engine.ts";
import { lineSpec } from "./line.ts";

/** Chance exceeds 4.5 standard errors once in 150,000 draws. */
const SURE = 4.5;
const near = (estimate: Estimate, expected: number) =>
  expect(Math.abs(estimate.value - expected), `${estimate.value} against ${expected}`).toBeLessThan(
    SURE * estimate.se,
  );

async function measured(spec: PointTrainingSpec, shift: number): Promise<PolicyMeasurement> {
  const resolved = resolveTraining(spec);
  const pretrained = Float64Array.of(0.5);
  const engine = exactEngine();
  const own = await measurePolicy(engine, resolved, Float64Array.of(0.5 + shift), pretrained);
  const reference = await measurePolicy(engine, resolved, pretrained, null);
  return readMeasurement(resolved, { iteration: 3, updates: 6, networkCalls: 9 }, own, reference);
}

/** Exact reward of the line's denoiser with its mean at m, by the scalar recursion x <- a x + b. */
function exactReward(
  spec: PointTrainingSpec,
  m: number,
  noise: Parameters<typeof noiseSteps>[0],
  steps: number,
) {
  const { diffusion } = resolveTraining(spec);
  let mean = 0;
  let variance = diffusion.priorStd ** 2;
  for (const s of noiseSteps(noise, diffusion, createGrid(spec.training.grid, diffusion, steps))) {
    const gain = (s.alphaT * 0.4) / (s.alphaT ** 2 * 0.4 + s.sigmaT ** 2);
    const slope = s.cx + s.c0 * gain;
    mean = slope * mean + s.c0 * m * (1 - gain * s.alphaT);
    variance = slope ** 2 * variance + s.cz ** 2;
  }
  return -((mean - 1.5) ** 2) - variance;
}

describe("a measurement of a policy", () => {
  const spec = lineSpec();
  const { noise } = spec.training;

  test("agrees with closed forms: rewards, gap, the reference's own gap and what training added", async () => {
    const m = await measured(spec, 0.4);
    const exact = (mean: number, N: number) => ({
      ode: exactReward(spec, mean, { kind: "ode" }, N),
      sde: exactReward(spec, mean, noise, N),
    });
    const [now, before] = [exact(0.9, 8), exact(0.5, 8)];
    near(m.ode.reward, now.ode);
    near(m.sde!.reward, now.sde);
    near(m.gap!.gap, now.sde - now.ode);
    near(m.gap!.reference, before.sde - before.ode);
    near(m.gap!.excess, now.sde - now.ode - (before.sde - before.ode));
    near(m.improvement, now.ode - before.ode);
    const fine = exact(0.9, 32);
    near(m.gapFine!.gap, fine.sde - fine.ode);
    // Control: the excess is large enough to be told from the gap itself, and pairing makes it surer than no pairing.
    expect(Math.abs(m.gap!.excess.value - m.gap!.gap.value)).toBeGreaterThan(SURE * m.gap!.excess.se);
    expect(m.gap!.excess.se).toBeLessThan(Math.hypot(m.gap!.gap.se, m.gap!.reference.se) / 2);
    // The held-out reward is x itself.
    expect(m.ode.heldOut!.value).toBeGreaterThan(0.5);
  });

  test("of the reference itself has no excess at all", async () => {
    const m = await measured(spec, 0);
    expect(m.gap!.excess).toEqual({ value: 0, se: 0, n: 2000 });
    expect(m.improvement.value).toBe(0);
  });

  test("has no gap where the training sampler is the ODE", async () => {
    const still = lineSpec(
      { noise: { kind: "gddim", eta: 0 } },
      { algorithm: "direct", evaluation: { etasTrain: [1] } },
    );
    expect(measurementArms(still).arms.map((a) => a.noise.kind)).toEqual(["ode", "ode"]);
    expect((await measured(still, 0.1)).gap).toBeNull();
  });

  test("asks for every deployment once, paired with its own ODE", () => {
    const { arms, places } = deploymentArms(spec, [
      { eta: 1, steps: 4 },
      { eta: 0, steps: 4 },
      { eta: 1, steps: 8 },
      { eta: 1, steps: 4 },
    ]);
    expect(arms.map((a) => [a.noise.kind, a.steps, a.baseline])).toEqual([
      ["ode", 4, null],
      ["gddim", 4, 0],
      ["ode", 8, null],
      ["gddim", 8, 2],
    ]);
    expect(places).toEqual([1, 0, 3, 1]);
  });
});

describe("theory of a training", () => {
  test("of the pretrained model is the exact law of its steps", () => {
    const spec = lineSpec();
    const theory = trainingTheory(resolveTraining(spec))!;
    // Both are recursions in f64 of 8 steps: a few rounding errors of 1e-16 each.
    expect(theory.reference.ode).toBeCloseTo(exactReward(spec, 0.5, { kind: "ode" }, 8), 12);
    expect(theory.reference.sde).toBeCloseTo(exactReward(spec, 0.5, spec.training.noise, 8), 12);
    expect(theory.readingA).toBeNull();
    expect(theory.notes.join()).toContain("without a KL");
  });

  test("has both readings with a KL penalty; they agree at eta = 1 and differ elsewhere", () => {
    const of = (eta: number) =>
      trainingTheory(resolveTraining(lineSpec({ klWeight: 1, noise: { kind: "gddim", eta } })))!;
    const one = of(1);
    // At etaTrain = 1 the optimal control is the score of the tilted law: equal up to rounding of matrix inverses.
    expect(one.readingB!.ode).toBeCloseTo(one.readingA!.ode, 9);
    expect(one.readingB!.sde).toBeCloseTo(one.readingA!.sde, 9);
    const two = of(2);
    expect(Math.abs(two.readingB!.ode - two.readingA!.ode)).toBeGreaterThan(0.01);
    expect(two.readingA!.ode).toBeGreaterThan(two.reference.ode);
  });

  test("is silent about laws and rewards without closed forms, and about windows", () => {
    expect(trainingTheory(resolveTraining(lineSpec({}, { rewards: ["ring"] })))).toBeNull();
    const windowed = lineSpec({ klWeight: 1, steps: 12 }, { algorithm: "mix-grpo" });
    expect(trainingTheory(resolveTraining(windowed))!.readingB).toBeNull();
  });

  test("adds quadratic and linear rewards up to one", () => {
    const spec = lineSpec(
      {},
      {
        model: { kind: "gaussian", mean: [0, 0] },
        heldOut: null,
        rewards: [
          {
            reward: {
              kind: "quadratic",
              center: [1, 2],
              matrix: [
                [2, 0.3],
                [0.3, 1],
              ],
            },
            weight: 0.7,
          },
          { reward: { kind: "quadratic", center: [-1, 0.5] }, weight: 2 },
          { reward: { kind: "linear", weights: [0.4, -3], offset: 0.2 }, weight: 1.5 },
        ],
      },
    );
    const { rewards } = trainingProblem(spec);
    const { program, constant } = sumOfRewards(rewards)!;
    const [sum, parts] = [
      createReward(program),
      rewards.map((r) => ({ r: createReward(r.program), w: r.weight })),
    ];
    for (const x of [Float64Array.of(0, 0), Float64Array.of(1.3, -2.1), Float64Array.of(-7, 4)]) {
      const expected = parts.reduce((total, { r, w }) => total + w * r(x, 0), 0);
      // Values up to about 500 from a dozen operations of 1e-16 each.
      expect(sum(x, 0) + constant).toBeCloseTo(expected, 10);
    }
    expect(sumOfRewards(trainingProblem(lineSpec({}, { rewards: ["ring"] })).rewards)).toBeNull();
  });
});

describe("names", () => {
  test("of problems are for people, and equal networks have equal keys", () => {
    const { names } = trainingProblem(lineSpec());
    expect(names).toEqual({
      law: "Gaussian in 1 dimension",
      rewards: ["nearness to (1.5)"],
      heldOut: "direction (1)",
    });
    expect(pretrainedKey(lineSpec({ steps: 9 }))).toBe(pretrainedKey(lineSpec()));
    expect(pretrainedKey(lineSpec({}, { network: { seed: 2 } }))).not.toBe(pretrainedKey(lineSpec()));
  });

  test("of a bad formula point at its place", () => {
    const bad = { ...lineSpec(), heldOut: { kind: "formula" as const, text: "x+" } };
    expect(() => resolveTraining(bad)).toThrow(/spec\.heldOut\.text/);
  });
});

describe("charts and alarms", () => {
  const at = (value: number, se = 0.01): Estimate => ({ value, se, n: 100 });
  const moment = (iteration: number, reward: number, heldOut: number, diversity: number, kl: number) => {
    const arm = { reward: at(reward), each: [], heldOut: at(heldOut), kl: null, diversity: at(diversity) };
    const measured: PolicyMeasurement = {
      iteration,
      updates: 0,
      networkCalls: 0,
      ode: arm,
      sde: { ...arm, kl: at(kl) },
      odeFine: arm,
      sdeFine: arm,
      gap: { gap: at(0.3), reference: at(0.2), excess: at(0.1) },
      gapFine: null,
      improvement: at(reward),
    };
    return measured;
  };
  const start = moment(0, 0, 1, 1, 0);

  test.each([
    ["held-out", moment(5, 1, 0.5, 0.9, 3)],
    ["diversity", moment(5, 1, 1.2, 0.3, 3)],
    ["kl", moment(5, 1, 1.2, 0.9, 40)],
  ])("the %s alarm sounds for its reason alone", (sign, now) => {
    const alarms = hackingAlarms([start, now]);
    expect(alarms.map((a) => a.sign)).toEqual([sign]);
    // The samples on the screen may be another moment's.
    expect(alarms[0]!.message).toMatch(/^At iteration 5 .*±.*\(n = 100\)/);
  });

  test("no alarm sounds before training, in honest progress, or where the reward did not rise", () => {
    expect(hackingAlarms([])).toEqual([]);
    expect(hackingAlarms([start])).toEqual([]);
    expect(hackingAlarms([start, moment(5, 1, 1.1, 0.8, 3)])).toEqual([]);
    expect(hackingAlarms([start, moment(5, 0.01, 0.5, 0.3, 3)])).toEqual([]);
  });

  test("charts show every measurement with its interval, and the theory's lines", () => {
    const resolved = resolveTraining(lineSpec({ klWeight: 1 }));
    const history = [start, moment(2, 1, 1, 1, 1)].reduce(withMeasurement, EMPTY_HISTORY);
    const charts = trainingCharts(resolved, history);
    const gap = charts.find((c) => c.id === "training-gap")!;
    expect(gap.series.map((s) => s.id)).toEqual([
      "gap",
      "gap-reference",
      "gap-excess",
      "readingA-gap",
      "readingB-gap",
    ]);
    // Half widths of 1.96 * 0.01 with two digits, values to the same place, and the samples behind them.
    expect(gap.summary).toContain("training added 0.100 ± 0.020 (n = 100)");
    const rewards = charts.find((c) => c.id === "training-rewards")!;
    expect(rewards.summary).toBe(
      "After 2 iterations the ODE's reward is 1.000 ± 0.020, 1.000 ± 0.020 above the pretrained model's (n = 100).",
    );
    const summaryOf = (id: string) => charts.find((c) => c.id === id)!.summary;
    expect(summaryOf("training-kl")).toContain("1.000 ± 0.020 nats (n = 100)");
    expect(summaryOf("training-diversity")).toContain("1.000 ± 0.020 (n = 100)");
    // Apart from the trained reward, which may be a thousand times as large.
    const heldOut = charts.find((c) => c.id === "training-held-out")!;
    expect(heldOut.y.label).toBe(`Held out, ${resolved.names.heldOut}`);
    expect(heldOut.series.map((s) => s.id)).toEqual(["sde", "ode"]);
    expect(heldOut.summary).toContain("is 1.000 ± 0.020; before, 1.000 ± 0.020 (n = 100)");
    const alone = { ...resolved, names: { ...resolved.names, heldOut: null } };
    expect(trainingCharts(alone, history).map((c) => c.id)).not.toContain("training-held-out");
    expect(rewards.y.label).toMatch(/^Reward, /);
    const ode = rewards.series.find((s) => s.id === "ode")!;
    expect(ode.points.map((p) => p.x)).toEqual([0, 2]);
    const theory = trainingTheory(resolved)!;
    const line = rewards.series.find((s) => s.id === "readingB-ode")!;
    expect(line.points).toEqual([0, 2].map((x) => ({ x, y: theory.readingB!.ode })));
    expect(interval(history.measurements[1]!.improvement)[0]).toBeGreaterThan(0);
    expect(historyUntil(history, 1).measurements).toEqual([start]);
    expect(trainingCharts(resolved, EMPTY_HISTORY).length).toBeGreaterThan(0);
  });
});
