import { expect, it } from "vitest";
import { createReward, isUsableReward } from "../../src/rewards/evaluate.ts";
import type { RewardProgram } from "../../src/rewards/program.ts";
import { createRandom } from "../../src/math/philox.ts";
import { describeEngines } from "../support/engines.ts";
import { expectClose, isClose } from "../support/numbers.ts";
import { evaluateTree, formulaReward, rewardTolerance, rewardsIn } from "../support/rewards.ts";

/** Points [count, d] that f32 holds exactly, spread over a few units. */
function pointsIn(d: number, count: number): Float64Array {
  const random = createRandom(11, d);
  return Float64Array.from({ length: count * d }, () => Math.fround(1.5 * random.normal()));
}

const FORMULAS: readonly (readonly [text: string, dim: 1 | 2])[] = [
  ["-(x-1)^2", 1],
  ["-x^2", 1],
  ["(-x)^3 + (-2)^2 - 2^-2", 1],
  ["x**2 * 0.5 - 3e-2*x", 1],
  ["exp(-x^2/2) + 0.5*sin(3*x) - cos(pi*x)", 1],
  ["sigmoid(4*x) - tanh(x/3) + abs(x) * sign(x)", 1],
  ["min(x, 0.5) + max(-x, 0.25)", 1],
  ["pow(abs(x) + 1, 1.5) + sqrt(x^2 + 1) + log(x^2 + e)", 1],
  ["2^x - e^(-x)", 1],
  ["-(x-1)^2 - (y+1)^2", 2],
  ["exp(-((x-1)^2 + y^2)) * cos(2*y) + 0.1*x*y", 2],
  ["tan(x/4) / (y^2 + 1)", 2],
  ["x^5 - y^7/100", 2],
];

describeEngines("rewards", (engine) => {
  for (const d of [1, 2, 3, 17, 64])
    it(`of every kind equal the formulas in ${d} dimensions`, async () => {
      const x = pointsIn(d, 200);
      for (const reward of rewardsIn(d)) {
        const got = await engine().rewards(reward, x);
        expect(got.length).toBe(200);
        got.forEach((value, p) => {
          const point = x.subarray(p * d, (p + 1) * d);
          const absolute = rewardTolerance(reward, point);
          expectClose(value, plainReward(reward, point), { absolute }, `${reward.kind} at point ${p}`);
        });
      }
    });

  it("of formulas equal an independent evaluation of their tree", async () => {
    for (const [text, dim] of FORMULAS) {
      const reward = formulaReward(text, dim);
      const x = pointsIn(dim, 300);
      const got = await engine().rewards(reward, x);
      got.forEach((value, p) => {
        const point = x.subarray(p * dim, (p + 1) * dim);
        const expected = evaluateTree(reward.expression, point[0]!, point[1] ?? 0, () => 0);
        expectClose(
          value,
          expected,
          { absolute: rewardTolerance(reward, point) },
          `${text} at (${[...point].join(", ")})`,
        );
      });
    }
  });

  it("outside the domain of a formula are unusable, and usable right beside", async () => {
    const cases = [
      ["log(x)", -1, false],
      ["log(x)", 0, false],
      ["exp(log(x))", 0, false],
      ["max(log(x), 0)", -1, false],
      ["sqrt(x)", -1, false],
      ["sqrt(x)", 0, true],
      ["1/x", 0, false],
      ["0/x", 0, false],
      ["1/x", 1e-3, true],
      ["x^0.5", -2, false],
      ["x^3", -2, true],
      ["x^-1", 0, false],
      ["x^0", 0, true],
      ["(x*0)^(x*0)", 1, true],
      ["0 * log(x)", -1, false],
      ["exp(x)", 500, false],
      ["1/exp(x)", 500, true],
      ["min(exp(x), 2)", 500, true],
      ["1e20 * x * 1e20", 1, false],
      ["tanh(x)", 1e4, true],
      ["sigmoid(-x)", 1e4, true],
    ] as const;
    for (const [text, x, usable] of cases) {
      const [value] = await engine().rewards(formulaReward(text, 1), Float64Array.of(x));
      expect(isUsableReward(value!), `${text} at x = ${x} gave ${value}`).toBe(usable);
    }
  });

  it("with a wrong coefficient are noticed (control)", async () => {
    const x = pointsIn(2, 100);
    const wrong = await engine().rewards(formulaReward("-1.0001*(x-1)^2 - y^2", 2), x);
    const right = formulaReward("-(x-1)^2 - y^2", 2);
    const evaluate = createReward(right);
    const seen = Array.from(wrong).filter(
      (value, p) =>
        !isClose(value, evaluate(x, 2 * p), {
          absolute: rewardTolerance(right, x.subarray(2 * p, 2 * p + 2)),
        }),
    );
    expect(seen.length).toBeGreaterThan(60);
  });
});

/** Rewards written from their definitions, apart from the code under test. */
function plainReward(reward: RewardProgram, x: Float64Array): number {
  switch (reward.kind) {
    case "quadratic":
      return -x.reduce(
        (sum, xi, i) =>
          sum +
          (xi - reward.center[i]!) *
            x.reduce((row, xj, j) => row + reward.matrix[i * reward.dim + j]! * (xj - reward.center[j]!), 0),
        0,
      );
    case "linear":
      return reward.offset + x.reduce((sum, value, i) => sum + value * reward.weights[i]!, 0);
    case "bumps":
      return Array.from(reward.heights).reduce((sum, height, b) => {
        const distance = Math.hypot(...x.map((value, i) => value - reward.centers[b * reward.dim + i]!));
        return sum + height * Math.exp(-0.5 * (distance / reward.widths[b]!) ** 2);
      }, 0);
    case "ring": {
      const distance = Math.hypot(...x.map((value, i) => value - reward.center[i]!));
      return Math.exp(-0.5 * ((distance - reward.radius) / reward.width) ** 2);
    }
    case "formula":
      return evaluateTree(reward.expression, x[0]!, x[1] ?? 0, () => 0);
  }
}
