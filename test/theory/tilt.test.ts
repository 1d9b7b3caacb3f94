import { describe, expect, test } from "vitest";
import { gaussianLaw, mixtureDensity, mixtureFromComponents } from "../../src/diffusion/mixture.ts";
import { createRandom } from "../../src/math/philox.ts";
import { createReward } from "../../src/rewards/evaluate.ts";
import type { RewardProgram } from "../../src/rewards/program.ts";
import { tiltedLaw } from "../../src/theory/tilt.ts";

const line = mixtureFromComponents([
  { weight: 0.3, mean: [-1], cov: [[0.1]] },
  { weight: 0.7, mean: [1.5], cov: [[0.3]] },
]);
const plane = mixtureFromComponents([
  {
    weight: 0.4,
    mean: [-1, 0.5],
    cov: [
      [0.5, 0.2],
      [0.2, 0.3],
    ],
  },
  {
    weight: 0.6,
    mean: [1, -1],
    cov: [
      [0.2, -0.1],
      [-0.1, 0.6],
    ],
  },
]);
const quadratic = (center: number[], matrix: number[]): RewardProgram => ({
  kind: "quadratic",
  dim: center.length,
  center: Float64Array.from(center),
  matrix: Float64Array.from(matrix),
});

/** log p*(x) - log p(x) - r(x)/klWeight at random points: constant for the exact tilt. */
function spreadOfLogRatio(
  law: typeof line,
  tilted: typeof line,
  reward: RewardProgram,
  klWeight: number,
): number {
  const random = createRandom(5, 0);
  const r = createReward(reward);
  const ratios = Array.from({ length: 200 }, () => {
    const x = Float64Array.from({ length: law.dim }, () => 1.5 * random.normal());
    return Math.log(mixtureDensity(tilted, x)) - Math.log(mixtureDensity(law, x)) - r(x, 0) / klWeight;
  });
  return Math.max(...ratios) - Math.min(...ratios);
}

describe("tilted laws", () => {
  test("of a Gaussian follow the closed form of theory.md section 6", () => {
    const a = 0.8;
    const klWeight = 0.5;
    const { law, kind } = tiltedLaw(gaussianLaw([1], Float64Array.of(0.4)), quadratic([2], [a]), klWeight);
    const variance = 1 / (1 / 0.4 + (2 * a) / klWeight);
    expect(kind).toBe("exact");
    expect(law.covs[0]).toBeCloseTo(variance, 14);
    expect(law.means[0]).toBeCloseTo(variance * (1 / 0.4 + (2 * a * 2) / klWeight), 14);
  });

  test.each([
    ["1-D quadratic", line, quadratic([0.5], [1.3])],
    ["2-D full matrix", plane, quadratic([0.5, -0.2], [1.5, 0.6, 0.6, 0.7])],
    [
      "2-D linear",
      plane,
      { kind: "linear", dim: 2, weights: Float64Array.of(0.7, -1.1), offset: 3 } as const,
    ],
    ["2-D indefinite but tame", plane, quadratic([0, 0], [0.3, 0, 0, -0.2])],
  ])("are proportional to p exp(r / klWeight): %s", (_, law, reward) => {
    const klWeight = 0.7;
    const { law: tilted } = tiltedLaw(law, reward, klWeight);
    expect(spreadOfLogRatio(law, tilted, reward, klWeight)).toBeLessThan(1e-10);
    // Control: the tilt of another strength is told apart.
    expect(spreadOfLogRatio(law, tilted, reward, 0.71)).toBeGreaterThan(1e-2);
  });

  test("of a singular covariance stay on its support", () => {
    const flat = gaussianLaw([1, 2], Float64Array.of(1, 0, 0, 0));
    const { law } = tiltedLaw(flat, quadratic([0, 0], [1, 0.5, 0.5, 1]), 1);
    expect(law.covs[3]).toBe(0);
    expect(law.means[1]).toBeCloseTo(2, 14);
    expect(law.covs[0]).toBeCloseTo(1 / 3, 14);
  });

  test("return to the reference as klWeight grows", () => {
    const { law } = tiltedLaw(line, quadratic([0], [1]), 1e12);
    for (const key of ["weights", "means", "covs"] as const)
      law[key].forEach((v, i) => expect(v).toBeCloseTo(line[key][i]!, 10));
  });

  test("of a reward that outgrows the law are refused, naming the component", () => {
    expect(() => tiltedLaw(line, quadratic([0], [-4]), 1)).toThrow(/component \d.*klWeight/);
    expect(() => tiltedLaw(line, quadratic([0], [1]), 0)).toThrow(/klWeight/);
  });

  test("of other rewards are fits, marked heuristic, with their measured distance", () => {
    const bump: RewardProgram = {
      kind: "bumps",
      dim: 1,
      centers: Float64Array.of(0.3),
      widths: Float64Array.of(0.6),
      heights: Float64Array.of(1),
    };
    const { law, kind, note, distance } = tiltedLaw(line, bump, 0.5);
    expect(kind).toBe("heuristic");
    expect(note).toMatch(/total variation/);
    // The same distance by an independent sum on a wider and finer grid.
    const r = createReward(bump);
    const h = 0.002;
    const x = Float64Array.from({ length: 6000 }, (_, i) => -6 + h * i);
    const raw = x.map((_, i) => mixtureDensity(line, x, i) * Math.exp(r(x, i) / 0.5));
    const total = raw.reduce((a, b) => a + b, 0) * h;
    const tv = raw.reduce((sum, v, i) => sum + 0.5 * h * Math.abs(v / total - mixtureDensity(law, x, i)), 0);
    expect(distance).toBeCloseTo(tv, 3);
    expect(distance).toBeLessThan(0.1);
    // Control: the untilted law is further away than the fit.
    const untilted = raw.reduce(
      (sum, v, i) => sum + 0.5 * h * Math.abs(v / total - mixtureDensity(line, x, i)),
      0,
    );
    expect(untilted).toBeGreaterThan(2 * distance);
  });
});
