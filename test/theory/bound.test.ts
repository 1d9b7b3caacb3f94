import { describe, expect, test } from "vitest";
import { gaussianLaw, mixtureFromComponents } from "../../src/diffusion/mixture.ts";
import { createProcess } from "../../src/diffusion/processes/index.ts";
import { createRandom } from "../../src/math/philox.ts";
import { normalCdf, normalQuantile } from "../../src/math/special.ts";
import { expectedReward } from "../../src/rewards/expectation.ts";
import type { RewardProgram } from "../../src/rewards/program.ts";
import { generalBound, type BoundProblem, w2Bound } from "../../src/theory/bound.ts";
import { controlledBoundProblem } from "../../src/theory/control-bound.ts";
import { controlledContinuousLaw, type ControlProblem } from "../../src/theory/control.ts";
import { continuousGaussianLaw, contraction } from "../../src/theory/gaussian-continuous.ts";
import { continuousMixture } from "../../src/theory/mixture-continuous.ts";
import { mixtureQuantiles } from "../../src/theory/mixture-quantiles.ts";
import { distanceFromPrior, priorDistance } from "../../src/theory/prior-distance.ts";
import { horizonRate } from "../../src/theory/rates.ts";
import { scoreSlope } from "../../src/theory/score-slope.ts";

const line = mixtureFromComponents([
  { weight: 0.5, mean: [-1], cov: [[0.2]] },
  { weight: 0.5, mean: [1], cov: [[0.2]] },
]);
const iso = (v: number): number[][] => [
  [v, 0],
  [0, v],
];
const triangle = mixtureFromComponents([
  { weight: 0.4, mean: [-1, 0], cov: iso(0.2) },
  { weight: 0.3, mean: [1, 0.2], cov: iso(0.2) },
  { weight: 0.3, mean: [0, 1], cov: iso(0.2) },
]);
const ordered = mixtureFromComponents([
  { weight: 0.4, mean: [-1, 0], cov: iso(0.2) },
  {
    weight: 0.6,
    mean: [1, 0.3],
    cov: [
      [0.5, 0.05],
      [0.05, 0.4],
    ],
  },
]);
const crossed = mixtureFromComponents([
  {
    weight: 0.4,
    mean: [-1, 0],
    cov: [
      [0.2, 0],
      [0, 0.5],
    ],
  },
  {
    weight: 0.6,
    mean: [1, 0.3],
    cov: [
      [0.5, 0],
      [0, 0.2],
    ],
  },
]);
const ve = (T: number) => createProcess({ kind: "ve", T });
const vp = createProcess({ kind: "vp", beta: { kind: "linear", min: 0.1, max: 6 }, T: 1 });
const quadratic = (center: number[], matrix: number[]): RewardProgram => ({
  kind: "quadratic",
  dim: center.length,
  center: Float64Array.from(center),
  matrix: Float64Array.from(matrix),
});

describe("the general bound", () => {
  // theory.md section 7. Its W2(prior, p_T) were taken at 801 quantiles, which cut the tails: the exact integrals are
  // 0.28085 and 0.11860, so those two are compared with the 801-quantile sum, and the bounds to their printed digits.
  test.each([
    [2, 0.2808, 0.0751, 0.663],
    [5, 0.1185, 0.0135, 0.126],
    [10, 0.0598, 0.0035, 0.0324],
  ])("has the published values at T = %d", (T, distance, final, bound) => {
    const process = ve(T);
    const levels = Array.from({ length: 801 }, (_, i) => normalQuantile((i + 0.5) / 801));
    const rms = (differences: number[]): number =>
      Math.sqrt(differences.reduce((s, v) => s + v * v, 0) / 801);
    const noised = { ...line, covs: line.covs.map((v) => v + T * T) };
    const quantiles = mixtureQuantiles(noised, Float64Array.from(levels));
    expect(rms(levels.map((z, i) => quantiles[i]! - T * z))).toBeCloseTo(distance, 4);
    const result = w2Bound({ law: line, process, eta: 0, reward: quadratic([0], [1]) });
    expect(Math.abs(result.priorDistance.value - distance)).toBeLessThan(2e-4);
    expect(result.w2).toBeCloseTo(bound, bound < 0.1 ? 4 : 3);
    // The ODE carries quantiles: what starts at T z has label z' with F_T(T z) = Phi(z') and ends at the data's quantile z'.
    const V = Math.sqrt(0.2 + T * T);
    const labels = levels.map((z) =>
      normalQuantile(0.5 * (normalCdf((T * z + 1) / V) + normalCdf((T * z - 1) / V))),
    );
    const [sampled, data] = [labels, levels].map((z) => mixtureQuantiles(line, Float64Array.from(z)));
    const left = rms(levels.map((_, i) => sampled![i]! - data![i]!));
    // The published distances are those of a discretised ODE.
    expect(Math.abs(left - final)).toBeLessThan(1e-4);
    expect(left).toBeLessThan(result.w2);
    expect(result.vacuous).toBe(false);
  });

  test("contracts like section 3 for isotropic Gaussians, in every process and for every eta", () => {
    const law = gaussianLaw([1, -2], Float64Array.of(0.3, 0, 0, 0.3));
    for (const process of [ve(5), vp, createProcess({ kind: "flow", T: 0.8 })])
      for (const eta of [0, 0.5, 1, 2]) {
        const { contraction: K, w2 } = w2Bound({
          law,
          process,
          eta,
          reward: quadratic([0, 0], [1, 0, 0, 1]),
        });
        expect(K / contraction({ process, eta }, 0.3)).toBeCloseTo(1, 10);
        // And the exact error of the sampler is within it, reached for the mean's part.
        const exact = continuousGaussianLaw({ mean: law.means, cov: law.covs, process, eta });
        const shift = Math.hypot(exact.mean[0]! - 1, exact.mean[1]! + 2);
        const narrowing = Math.SQRT2 * Math.abs(Math.sqrt(exact.cov[0]!) - Math.sqrt(0.3));
        expect(Math.hypot(shift, narrowing)).toBeLessThan(w2 * (1 + 1e-9));
        expect(shift).toBeGreaterThan(0.3 * w2);
      }
  });

  test("holds for exact gaps of random Gaussians and 1-D mixtures, and a bound with half the slope does not", () => {
    const random = createRandom(3, 0);
    let broken = 0;
    for (let trial = 0; trial < 25; trial++) {
      const mean = [2 * random.normal(), random.normal()];
      const cov = Float64Array.of(0.1 + random.uniform(), 0, 0, 0.1 + random.uniform());
      const process = trial % 2 ? ve(1 + 6 * random.uniform()) : vp;
      const reward = quadratic([random.normal(), random.normal()], [1, 0.3, 0.3, 0.5]);
      const eta = 2 * random.uniform();
      const law = gaussianLaw(mean, cov);
      const at = (e: number): number => {
        const exact = continuousGaussianLaw({ mean: Float64Array.from(mean), cov, process, eta: e });
        return expectedReward(reward, exact.mean, exact.cov)!.value;
      };
      const gap = Math.abs(at(eta) - at(0));
      const bound = w2Bound({ law, process, eta, reward });
      expect(gap).toBeLessThan(bound.gap!);
      const slope = scoreSlope(law);
      // Control: a steeper slope than the true one makes a smaller number, which true gaps exceed.
      const steep = { ...slope, at: (rho: number) => 3 * slope.at(rho) };
      if (gap > w2Bound({ law, process, eta, reward, slope: steep }).gap!) broken++;
    }
    expect(broken).toBeGreaterThan(5);
    for (let trial = 0; trial < 6; trial++) {
      const law = mixtureFromComponents(
        [0, 1, 2].map(() => ({
          weight: 0.2 + random.uniform(),
          mean: [random.normal()],
          cov: [[0.2 + random.uniform()]],
        })),
      );
      const process = trial % 2 ? ve(3 + 4 * random.uniform()) : vp;
      const exact = continuousMixture({ mixture: law, process });
      const reward: RewardProgram = { kind: "linear", dim: 1, weights: Float64Array.of(1), offset: 0 };
      const bound = generalBound({ law, process, reward });
      for (const eta of [0.5, 1.5])
        expect(Math.abs(exact(eta).mean - exact(0).mean)).toBeLessThan(bound(eta).gap! + exact(eta).error);
    }
  });

  test("shows each term's share, and the sum of the shares is one", () => {
    const scoreError = (t: number): number => 0.05 / (1 + t);
    const bound = w2Bound({ law: line, process: ve(5), eta: 1, reward: quadratic([0], [1]), scoreError });
    const { shares, terms } = bound;
    expect(Object.values(shares).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    expect(bound.w2).toBeCloseTo(terms.priorMismatchSde + terms.scoreErrorSde, 14);
    expect(terms.scoreErrorSde).toBeGreaterThan(0);
    // The same integral in t by the midpoint rule: (1 + eta^2)/2 int g^2 K scoreError dt, K by its definition.
    const slope = scoreSlope(line);
    const n = 4000;
    let logK = 0;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const t = (5 * (i + 0.5)) / n;
      const rate = 2 * t * slope.at(t * t);
      const h = 5 / n;
      sum += 2 * t * Math.exp(logK + (rate * h) / 2) * scoreError(t) * h;
      logK += rate * h;
    }
    expect(terms.scoreErrorSde).toBeCloseTo(sum, 3);
  });

  test("says when it is vacuous and when an assumption fails", () => {
    const far = mixtureFromComponents([
      { weight: 0.5, mean: [-3], cov: [[0.01]] },
      { weight: 0.5, mean: [3], cov: [[0.01]] },
    ]);
    expect(w2Bound({ law: far, process: vp, eta: 1, reward: quadratic([0], [1]) }).vacuous).toBe(true);
    const none = w2Bound({ law: crossed, process: ve(20), eta: 1, reward: quadratic([0, 0], [1, 0, 0, 1]) });
    expect(none.assumptions.some((a) => !a.holds)).toBe(true);
    expect(none.vacuous).toBe(true);
    const ring: RewardProgram = { kind: "ring", dim: 1, center: Float64Array.of(0), radius: 1, width: 0.2 };
    expect(w2Bound({ law: far, process: vp, eta: 1, reward: ring }).gap).toBe(1);
  });

  test("an exact start bounds every gap by zero", () => {
    const process = createProcess({ kind: "flow", T: 1 });
    const bound = w2Bound({ law: line, process, eta: 0.7, reward: quadratic([1], [1]) });
    expect(bound.w2).toBe(0);
    expect(bound.gap).toBe(0);
  });
});

/** Largest eigenvalue of the Hessian of log p_rho at x, by central differences of the log density. */
function hessianEigenvalue(law: typeof triangle, rho: number, x: number, y: number): number {
  const logP = (a: number, b: number): number => {
    let sum = 0;
    for (let k = 0; k < law.count; k++) {
      const [p = 0, q = 0] = law.means.subarray(2 * k, 2 * k + 2);
      const [xx = 0, xy = 0, , yy = 0] = law.covs.subarray(4 * k, 4 * k + 4);
      const det = (xx + rho) * (yy + rho) - xy * xy;
      const [dx, dy] = [a - p, b - q];
      const form = ((yy + rho) * dx * dx - 2 * xy * dx * dy + (xx + rho) * dy * dy) / det;
      sum += (law.weights[k]! * Math.exp(-form / 2)) / Math.sqrt(det);
    }
    return Math.log(sum);
  };
  const h = 1e-3;
  const xx = (logP(x + h, y) - 2 * logP(x, y) + logP(x - h, y)) / h ** 2;
  const yy = (logP(x, y + h) - 2 * logP(x, y) + logP(x, y - h)) / h ** 2;
  const xy =
    (logP(x + h, y + h) - logP(x + h, y - h) - logP(x - h, y + h) + logP(x - h, y - h)) / (4 * h * h);
  return (xx + yy) / 2 + Math.hypot((xx - yy) / 2, xy);
}

describe("the slope of the score", () => {
  test.each([
    ["common covariance", triangle],
    ["ordered covariances", ordered],
  ])("bounds the Hessian everywhere: %s", (_, law) => {
    const slope = scoreSlope(law);
    expect(slope.finite).toBe(true);
    let closest = Infinity;
    for (const rho of [0.01, 0.3, 3]) {
      const L = slope.at(rho);
      for (let i = -20; i <= 20; i++)
        for (let j = -20; j <= 20; j++) {
          const found = hessianEigenvalue(law, rho, i / 6, j / 6);
          expect(found).toBeLessThan(L + 1e-4 * Math.abs(L) + 1e-4);
          closest = Math.min(closest, L - found);
        }
    }
    // Control: it is not so loose that any number would pass.
    expect(closest).toBeLessThan(0.6);
  });

  test("is -1/V + D^2/(4 V^2) for two components of one covariance, in 1-D and 2-D alike", () => {
    const pair = mixtureFromComponents([
      { weight: 0.5, mean: [-1, 0], cov: iso(0.2) },
      { weight: 0.5, mean: [1, 0], cov: iso(0.2) },
    ]);
    for (const rho of [0, 0.1, 1, 10]) {
      const V = 0.2 + rho;
      expect(scoreSlope(line).at(rho)).toBeCloseTo(-1 / V + 1 / V ** 2, 8);
      expect(scoreSlope(pair).at(rho)).toBeCloseTo(-1 / V + 1 / V ** 2, 8);
    }
  });

  test("has no finite bound where covariances cross: far along the tie the Hessian grows without limit", () => {
    expect(scoreSlope(crossed).finite).toBe(false);
    const along = [5, 10, 15].map((r) => {
      let best = -Infinity;
      for (let i = 0; i < 2000; i++) {
        const angle = Math.PI / 4 + (i - 1000) * 2e-4;
        best = Math.max(best, hessianEigenvalue(crossed, 0.3, r * Math.cos(angle), r * Math.sin(angle)));
      }
      return best;
    });
    expect(along[1]).toBeGreaterThan(2 * along[0]!);
    expect(along[2]).toBeGreaterThan(1.5 * along[1]!);
  });
});

describe("W2(prior, p_T)", () => {
  test("is the closed form for Gaussians", () => {
    const law = gaussianLaw([1, 2], Float64Array.of(0.5, 0, 0, 2));
    const { value, exact } = priorDistance(law, 0.6, 0.8, 1);
    const expected = Math.hypot(0.6, 1.2, 1 - Math.sqrt(0.36 * 0.5 + 0.64), 1 - Math.sqrt(0.36 * 2 + 0.64));
    expect(exact).toBe(true);
    expect(value).toBeCloseTo(expected, 12);
  });

  test("is bounded from above where it is not known: at least Gelbrich's lower bound, and of the right order in T", () => {
    const values = [5, 20, 80].map((T) => {
      const upper = priorDistance(triangle, 1, T, T);
      const noised = {
        ...triangle,
        covs: triangle.covs.map((v, i) => (i % 4 === 0 || i % 4 === 3 ? v + T * T : v)),
      };
      expect(upper.exact).toBe(false);
      expect(upper.value).toBeGreaterThan(distanceFromPrior(noised, T).value);
      return upper.value;
    });
    // The mean (0.19, 0.36...) stays; the rest goes, so the bound comes down to the distance of the means.
    const mean = Math.hypot(-0.4 + 0.3, 0.06 + 0.3);
    expect(values[2]).toBeLessThan(1.02 * mean);
    expect(values[2]).toBeGreaterThan(mean * (1 - 1e-9));
  });

  test("of a product is that of its axes, and below the general upper bound", () => {
    const product = mixtureFromComponents([
      { weight: 0.5, mean: [-1, 0], cov: iso(0.2) },
      { weight: 0.5, mean: [1, 0], cov: iso(0.2) },
    ]);
    const { value, exact } = priorDistance(product, 1, 5, 5);
    expect(exact).toBe(true);
    expect(value).toBeCloseTo(Math.hypot(0.118603, 5 - Math.sqrt(25.2)), 5);
  });
});

/** The bound's problem for a controlled model, small enough to have one. */
function controlledBound(problem: ControlProblem): BoundProblem {
  const stated = controlledBoundProblem(problem);
  if (stated === null) throw new Error("must have a bound");
  return stated;
}

describe("the bound for reading B", () => {
  const problem = (etaTrain: number): ControlProblem => ({
    mean: Float64Array.of(0),
    cov: Float64Array.of(1),
    reward: quadratic([2], [1]),
    klWeight: 2,
    etaTrain,
    process: vp,
  });

  test("has no score error at etaTrain = 1 and covers the exact gap elsewhere", () => {
    const atOne = w2Bound({ ...controlledBound(problem(1)), eta: 1.2 });
    expect(atOne.terms.scoreErrorSde).toBeLessThan(1e-9);
    for (const etaTrain of [0.7, 1.3, 2])
      for (const eta of [0.5, 1.2]) {
        const base = problem(etaTrain);
        const bound = w2Bound({ ...controlledBound(base), eta });
        const at = (etaInfer: number): number => {
          const law = controlledContinuousLaw({ ...base, etaInfer });
          return expectedReward(base.reward, law.mean, law.cov)!.value;
        };
        expect(Math.abs(at(eta) - at(0))).toBeLessThan(bound.gap!);
        expect(bound.terms.scoreErrorOde).toBeGreaterThan(1e-3);
      }
  });
});

describe("the bound for reading B in several dimensions", () => {
  const cov = Float64Array.of(1, 0.3, 0.1, 0.3, 0.6, 0.2, 0.1, 0.2, 0.4);
  const problem = (matrix: number[]): ControlProblem => ({
    mean: Float64Array.of(0.5, -0.2, 0.1),
    cov,
    reward: quadratic([1, 0, 0.5], matrix),
    klWeight: 2,
    etaTrain: 1.5,
    process: vp,
  });
  const scalar = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  /** Off-diagonal entries of 1e-9 keep the matrix from commuting, so all is done with full matrices. */
  const nearlyScalar = [1, 1e-9, 0, 1e-9, 1, 0, 0, 0, 1];

  test("is the same by axes and by full matrices", () => {
    const [byAxes, byMatrices] = [scalar, nearlyScalar].map((matrix) =>
      w2Bound({ ...controlledBound(problem(matrix)), eta: 1.2 }),
    );
    // The reward moved by 1e-9; the bound by about as much times exp(int L), about 10.
    expect(byMatrices!.gap! / byAxes!.gap!).toBeCloseTo(1, 6);
    expect(byMatrices!.terms.scoreErrorSde / byAxes!.terms.scoreErrorSde).toBeCloseTo(1, 6);
  });

  test("covers the exact gap, and differs for another reward", () => {
    const crossed = problem([1, 0.5, 0, 0.5, 2, 0, 0, 0, 0.3]);
    const bound = w2Bound({ ...controlledBound(crossed), eta: 1.2 });
    const at = (etaInfer: number): number => {
      const law = controlledContinuousLaw({ ...crossed, etaInfer });
      return expectedReward(crossed.reward, law.mean, law.cov)!.value;
    };
    expect(Math.abs(at(1.2) - at(0))).toBeLessThan(bound.gap!);
    const other = w2Bound({ ...controlledBound(problem(scalar)), eta: 1.2 });
    expect(Math.abs(other.gap! / bound.gap! - 1)).toBeGreaterThan(0.01);
  });
});

describe("asymptotic rates", () => {
  const gapAt = (
    process: ReturnType<typeof ve>,
    mean: number[],
    cov: Float64Array,
    reward: RewardProgram,
  ): number => {
    const at = (eta: number): number => {
      const law = continuousGaussianLaw({ mean: Float64Array.from(mean), cov, process, eta });
      return expectedReward(reward, law.mean, law.cov)!.value;
    };
    return at(1.2) - at(0);
  };
  const vpOf = (B: number) => createProcess({ kind: "vp", beta: { kind: "constant", value: B }, T: 1 });
  const subVpOf = (B: number) =>
    createProcess({ kind: "sub-vp", beta: { kind: "constant", value: B }, T: 1 });
  const contractive = (B: number) =>
    createProcess({ kind: "contractive-sub-vp", beta: { kind: "constant", value: B }, T: 1 });

  test.each([
    ["ve, mean moves the reward", ve, [1.5], [0.5], [200, 400], "log"],
    ["ve, mean 0", ve, [0], [0.5], [200, 400], "log"],
    ["ve, mean at the reward's centre", ve, [0.5], [0.5], [200, 400], "log"],
    ["vp, mean moves the reward", vpOf, [1.5], [0.5], [14, 16], "linear"],
    ["vp, mean 0", vpOf, [0], [0.5], [12, 14], "linear"],
    ["sub-vp, mean 0", subVpOf, [0], [0.5], [12, 14], "linear"],
    ["contractive sub-vp, mean moves the reward", contractive, [1.5], [0.5], [14, 16], "linear"],
  ] as const)(
    "the exact gap has the predicted slope and leading term: %s",
    (_, make, mean, center, range, axis) => {
      const cov = Float64Array.of(0.3);
      const reward = quadratic([...center], [1]);
      const [a, b] = range.map((x) => gapAt(make(x), [...mean], cov, reward));
      const run = axis === "log" ? Math.log(range[1] / range[0]) : range[1] - range[0];
      const process = make(range[1]);
      const rate = horizonRate({ law: gaussianLaw(mean, cov), process, reward });
      expect(Math.abs(Math.log(b! / a!) / run - rate.slope)).toBeLessThan(0.02);
      expect(rate.kind).toBe("asymptotic");
      expect(rate.leading! / b!).toBeCloseTo(1, 1);
      // Control: the other rate is at least 0.5 away.
      expect(Math.abs(Math.log(b! / a!) / run - (rate.centred ? 0.5 : 2) * rate.slope)).toBeGreaterThan(0.2);
    },
  );

  test("processes that keep their signal are said not to decay, and the exact gap agrees", () => {
    const make = (T: number) => createProcess({ kind: "contractive-ou", theta: 1, noise: 1, T });
    const reward = quadratic([0.5], [1]);
    const cov = Float64Array.of(0.3);
    expect(horizonRate({ law: gaussianLaw([1.5], cov), process: make(8), reward }).slope).toBe(0);
    const ratio = gapAt(make(8), [1.5], cov, reward) / gapAt(make(4), [1.5], cov, reward);
    expect(ratio).toBeCloseTo(1, 2);
  });

  test("mixtures are marked heuristic, and the centred one falls like 1/T squared", () => {
    const reward = quadratic([0.3], [1]);
    const rate = horizonRate({ law: line, process: ve(10), reward });
    expect(rate.kind).toBe("heuristic");
    const gap = (T: number): number => {
      const law = continuousMixture({ mixture: line, process: ve(T) });
      const at = (eta: number): number => -law(eta).expectation((x) => (x - 0.3) ** 2).value;
      return at(1.2) - at(0);
    };
    expect(Math.abs(Math.log(gap(60) / gap(30)) / Math.LN2 - rate.slope)).toBeLessThan(0.2);
  });
});
