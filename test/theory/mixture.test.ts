import { describe, expect, test } from "vitest";
import { samplerCoefficients, type SamplerKind } from "../../src/diffusion/coefficients.ts";
import { createGrid } from "../../src/diffusion/grid.ts";
import { gaussianLaw, mixtureFromComponents } from "../../src/diffusion/mixture.ts";
import { createProcess, type ProcessParameters } from "../../src/diffusion/processes/index.ts";
import { continuousGaussianLaw } from "../../src/theory/gaussian-continuous.ts";
import { stepGaussianLaw } from "../../src/theory/gaussian-steps.ts";
import { continuousMixture } from "../../src/theory/mixture-continuous.ts";
import {
  mixtureStepLaw1d as maybeStepLaw,
  type MixtureStepProblem,
  quadratureRefusal,
} from "../../src/theory/mixture-quadrature.ts";
import { factorise, productContinuousLaw, productStepLaw } from "../../src/theory/product-mixture.ts";
import { estimate, mixturePredict, simulate, type Part } from "./simulate.ts";

const ve5 = createProcess({ kind: "ve", T: 5 });
const vp = createProcess({ kind: "vp", beta: { kind: "linear", min: 0.1, max: 20 }, T: 1 });
const PARTS: Part[] = [
  { weight: 0.3, mean: [-1], variances: [0.1] },
  { weight: 0.7, mean: [1.5], variances: [0.3] },
];
const mixture = mixtureOf(PARTS);

function mixtureOf(parts: readonly Part[]) {
  return mixtureFromComponents(
    parts.map((p) => ({
      weight: p.weight,
      mean: [...p.mean],
      cov: p.variances.map((v, i) => p.variances.map((_, j) => (i === j ? v : 0))),
    })),
  );
}

/** The law where there must be one. */
function mixtureStepLaw1d(problem: MixtureStepProblem) {
  const law = maybeStepLaw(problem);
  if (law === null) throw new Error("expected a law, got null");
  return law;
}

function steps(
  process: typeof ve5,
  eta: number | Float64Array,
  n: number,
  power = 3,
  kind: SamplerKind = "gddim",
) {
  const grid = createGrid({ kind: "power", power }, process, n);
  return samplerCoefficients(
    kind,
    process,
    grid,
    typeof eta === "number" ? new Float64Array(n).fill(eta) : eta,
  );
}

describe("N-step law of a 1-D mixture by quadrature", () => {
  test.each([0, 0.02, 0.3, 1, 1.2, 3, 50])(
    "one component gives the exact Gaussian law at eta = %d",
    (eta) => {
      for (const n of [1, 2, 10]) {
        const coefficients = steps(ve5, eta, n);
        const cov = Float64Array.of(0.3);
        const exact = stepGaussianLaw({ mean: Float64Array.of(1.5), cov, coefficients, priorStd: 5 });
        const law = mixtureStepLaw1d({ mixture: gaussianLaw([1.5], cov), process: ve5, coefficients });
        // Panel tolerance 1e-9 of mass per panel and step, times the width of the law.
        expect(Math.abs(law.mean - exact.mean[0]!)).toBeLessThan(1e-8);
        expect(Math.abs(law.variance - exact.cov[0]!)).toBeLessThan(1e-8);
        expect(law.error).toBeLessThan(1e-6);
      }
    },
  );

  const CASES: [SamplerKind, number, number][] = [
    ["gddim", 0, 6],
    ["gddim", 0.6, 6],
    ["gddim", 1.5, 4],
    ["ddim", 0.8, 6],
    ["euler-maruyama", 0.7, 12],
    ["euler-maruyama", 0, 5],
    ["heun", 0, 6],
  ];
  test.each(CASES)("agrees with a simulation of %s at eta = %d, N = %d", (kind, eta, n) => {
    const process = createProcess({ kind: "vp", beta: { kind: "constant", value: 5 }, T: 1 });
    const coefficients = steps(process, eta, n, 1.5, kind);
    const law = mixtureStepLaw1d({ mixture, process, coefficients });
    const samples = simulate(mixturePredict(PARTS), coefficients, process.priorStd, 1, 30000, 5);
    const functions: ((x: number) => number)[] = [
      (x) => x,
      (x) => x * x,
      Math.sin,
      (x) => Math.exp(-2 * (x - 1) ** 2),
    ];
    for (const f of functions) {
      const truth = law.expectation(f);
      const { value, se } = estimate(samples, ([x = 0]) => f(x));
      expect(Math.abs(value - truth.value)).toBeLessThan(4.5 * se);
      expect(truth.error).toBeLessThan(0.02 * se);
    }
  });

  test("control: a simulation with one noise scale 10 % off is told apart", () => {
    const coefficients = steps(vp, 1, 6, 1.5);
    const law = mixtureStepLaw1d({ mixture, process: vp, coefficients });
    const wrong = coefficients.map((c) => ({ ...c, cz: 1.1 * c.cz }));
    const samples = simulate(mixturePredict(PARTS), wrong, 1, 1, 30000, 5);
    const { value, se } = estimate(samples, ([x = 0]) => x * x);
    expect(Math.abs(value - law.expectation((x) => x * x).value)).toBeGreaterThan(4.5 * se);
  });

  test("eta may change by step, and noisy and noiseless steps may follow each other", () => {
    const etas = Float64Array.of(0, 0, 1.5, 1.5, 0, 0, 0.4, 0);
    const coefficients = steps(ve5, etas, 8, 2);
    const law = mixtureStepLaw1d({ mixture, process: ve5, coefficients });
    const samples = simulate(mixturePredict(PARTS), coefficients, 5, 1, 30000, 7);
    const { value, se } = estimate(samples, ([x = 0]) => x);
    expect(Math.abs(value - law.mean)).toBeLessThan(4.5 * se);
  });

  test.each([0, 0.5, 1.2])(
    "the drawn density integrates to one and has the law's mean at eta = %d",
    (eta) => {
      const law = mixtureStepLaw1d({ mixture, process: ve5, coefficients: steps(ve5, eta, 20) });
      let mass = 0;
      let mean = 0;
      for (let i = 1; i < law.x.length; i++) {
        const h = law.x[i]! - law.x[i - 1]!;
        mass += 0.5 * h * (law.density[i]! + law.density[i - 1]!);
        mean += 0.5 * h * (law.density[i]! * law.x[i]! + law.density[i - 1]! * law.x[i - 1]!);
      }
      // Trapezoid rule on some 480 points.
      expect(mass).toBeCloseTo(1, 3);
      expect(mean).toBeCloseTo(law.mean, 3);
      for (const p of [0.01, 0.3, 0.5, 0.99]) {
        // Nodes are about a hundredth of the law's width apart, and a jump of the indicator falls between two.
        const below = law.expectation((x) => (x <= law.quantile(p) ? 1 : 0)).value;
        expect(Math.abs(below - p)).toBeLessThan(0.02);
      }
    },
  );

  test.each([1e-6, 1e-4])("very narrow components (variance %d) keep their mass", (variance) => {
    const narrow = mixtureOf([
      { weight: 0.3, mean: [-1], variances: [variance] },
      { weight: 0.7, mean: [1.5], variances: [4 * variance] },
    ]);
    for (const eta of [0, 0.3, 1]) {
      const law = mixtureStepLaw1d({ mixture: narrow, process: ve5, coefficients: steps(ve5, eta, 12) });
      const coefficients = steps(ve5, eta, 12);
      const parts: Part[] = [
        { weight: 0.3, mean: [-1], variances: [variance] },
        { weight: 0.7, mean: [1.5], variances: [4 * variance] },
      ];
      const samples = simulate(mixturePredict(parts), coefficients, 5, 1, 20000, 11);
      const { value, se } = estimate(samples, ([x = 0]) => x);
      expect(Math.abs(value - law.mean)).toBeLessThan(4.5 * se);
      expect(law.error).toBeLessThan(1e-4);
    }
  });

  test("a nearly noiseless step into a spike beside a wide component loses no mass", () => {
    const parts: Part[] = [
      { weight: 0.25, mean: [4.856], variances: [2] },
      { weight: 0.75, mean: [-7.01], variances: [1e-6] },
    ];
    const process = createProcess({ kind: "flow", T: 0.9 });
    const coefficients = steps(process, 0.05, 5, 3, "euler-maruyama");
    const law = mixtureStepLaw1d({ mixture: mixtureOf(parts), process, coefficients });
    const samples = simulate(mixturePredict(parts), coefficients, 1, 1, 30000, 3);
    const { value, se } = estimate(samples, ([x = 0]) => x);
    expect(Math.abs(value - law.mean)).toBeLessThan(4.5 * se);
    expect(law.error).toBeLessThan(1e-3);
  });

  test("two equal components are one", () => {
    const twice = mixtureOf([
      { weight: 0.4, mean: [1], variances: [0.2] },
      { weight: 0.6, mean: [1], variances: [0.2] },
    ]);
    const coefficients = steps(vp, 1.2, 10, 2);
    const one = mixtureStepLaw1d({
      mixture: gaussianLaw([1], Float64Array.of(0.2)),
      process: vp,
      coefficients,
    });
    const two = mixtureStepLaw1d({ mixture: twice, process: vp, coefficients });
    expect(two.mean).toBeCloseTo(one.mean, 9);
    expect(two.variance).toBeCloseTo(one.variance, 9);
  });

  test("refuses the stochastic Heun step and d > 1, with a reason", () => {
    const coefficients = steps(vp, 1, 6, 1, "heun");
    expect(quadratureRefusal(coefficients)).toMatch(/Heun/);
    expect(maybeStepLaw({ mixture, process: vp, coefficients })).toBeNull();
    const plane = gaussianLaw([0, 0], Float64Array.of(1, 0, 0, 1));
    expect(() => mixtureStepLaw1d({ mixture: plane, process: vp, coefficients: steps(vp, 1, 6) })).toThrow(
      /1-D/,
    );
  });

  test("an unstable sampler has no law by quadrature, and a one-step jump to a point has all its mass there", () => {
    const wild = steps(createProcess({ kind: "flow", T: 0.9 }), 50, 5, 1, "euler-maruyama");
    expect(
      maybeStepLaw({ mixture, process: createProcess({ kind: "flow", T: 0.9 }), coefficients: wild }),
    ).toBeNull();
    const process = createProcess({ kind: "flow", T: 1 });
    const law = mixtureStepLaw1d({ mixture, process, coefficients: steps(process, 1, 1) });
    expect(law.mean).toBeCloseTo(0.75, 12);
    expect(law.variance).toBeLessThan(1e-12);
    expect(law.density.every(Number.isFinite)).toBe(true);
  });
});

describe("continuous-time law of a 1-D mixture", () => {
  const PROCESSES: ProcessParameters[] = [
    { kind: "ve", T: 5 },
    { kind: "vp", beta: { kind: "linear", min: 0.1, max: 6 }, T: 1 },
    { kind: "vp", beta: { kind: "cosine", offset: 0.008 }, T: 1 },
    { kind: "flow", T: 0.9 },
    { kind: "contractive-ou", theta: 1, noise: 1, T: 2 },
  ];
  test.each(PROCESSES)("one component gives the exact Gaussian law for %j", (parameters) => {
    const process = createProcess(parameters);
    const cov = Float64Array.of(0.3);
    const law = continuousMixture({ mixture: gaussianLaw([1.5], cov), process });
    for (const eta of [0, 0.05, 0.5, 1, 1.2, 3, 50]) {
      const exact = continuousGaussianLaw({ mean: Float64Array.of(1.5), cov, process, eta });
      const { mean, variance, error } = law(eta);
      // Second order extrapolated on 512 cells and 64 steps: a few 1e-7; and the error shown is honest.
      expect(Math.abs(mean - exact.mean[0]!)).toBeLessThan(2e-6);
      expect(Math.abs(variance - exact.cov[0]!)).toBeLessThan(2e-6);
      expect(Math.abs(mean - exact.mean[0]!)).toBeLessThan(error + 1e-9);
    }
  });

  // Richardson on the N-step quadrature, an independent route to the same limit (theory.md section 5).
  test.each([0, 0.7, 1.2])("is the extrapolated limit of the N-step laws at eta = %d", (eta) => {
    const limit = continuousMixture({ mixture, process: ve5 })(eta);
    const at = (n: number) =>
      mixtureStepLaw1d({ mixture, process: ve5, coefficients: steps(ve5, eta, n, 4) });
    const [a, b, c] = [40, 80, 160].map(at);
    for (const f of [(x: number) => x, (x: number) => -(Math.abs(x - 1) ** 1.5)]) {
      const values = [a!, b!, c!].map((law) => law.expectation(f).value);
      const linear = 2 * values[2]! - values[1]!;
      const extrapolated = (8 * values[2]! - 6 * values[1]! + values[0]!) / 3;
      const value = limit.expectation(f).value;
      expect(Math.abs(value - extrapolated)).toBeLessThan(Math.abs(extrapolated - linear) + 2e-5);
      // Control: the finest N-step value itself is still told apart from the limit.
      expect(Math.abs(values[2]! - value)).toBeGreaterThan(20 * Math.abs(extrapolated - value));
    }
  });

  test("an exact start makes every eta return the data law", () => {
    const process = createProcess({ kind: "flow", T: 1 });
    const law = continuousMixture({ mixture, process });
    for (const eta of [0, 1, 4]) expect(law(eta).mean).toBeCloseTo(0.75, 12);
  });

  test("large eta forgets the prior; the ODE does not", () => {
    const law = continuousMixture({ mixture, process: ve5 });
    expect(law(20).variance).toBeCloseTo(1.5525, 8);
    expect(Math.abs(law(0).mean - 0.75)).toBeGreaterThan(0.1);
  });
});

describe("product mixtures", () => {
  const c = Math.cos(0.4);
  const s = Math.sin(0.4);
  const grid = [
    { w: 0.3 * 0.6, a: -1, va: 0.1, b: 0.5, vb: 0.2 },
    { w: 0.3 * 0.4, a: -1, va: 0.1, b: -2, vb: 0.5 },
    { w: 0.7 * 0.6, a: 1.5, va: 0.3, b: 0.5, vb: 0.2 },
    { w: 0.7 * 0.4, a: 1.5, va: 0.3, b: -2, vb: 0.5 },
  ];
  const rotated = mixtureFromComponents(
    grid.map(({ w, a, va, b, vb }) => ({
      weight: w,
      mean: [c * a - s * b, s * a + c * b],
      cov: [
        [c * c * va + s * s * vb, c * s * (va - vb)],
        [c * s * (va - vb), s * s * va + c * c * vb],
      ],
    })),
  );

  test("are recognised in rotated axes, with the right factors", () => {
    const product = factorise(rotated);
    expect(product).not.toBeNull();
    const counts = product!.factors.map((f) => f.count);
    expect(counts).toEqual([2, 2]);
    const weights = product!.factors.map((f) => [...f.weights].sort((x, y) => x - y));
    expect(weights.some((w) => Math.abs(w[0]! - 0.3) < 1e-9)).toBe(true);
    expect(weights.some((w) => Math.abs(w[0]! - 0.4) < 1e-9)).toBe(true);
  });

  test("control: a triangle of components and a product with one weight changed are no products", () => {
    expect(
      factorise(
        mixtureFromComponents(
          [
            [0, 0],
            [1, 0],
            [0, 1],
          ].map((mean) => ({
            weight: 1,
            mean,
            cov: [
              [0.1, 0],
              [0, 0.1],
            ],
          })),
        ),
      ),
    ).toBeNull();
    const moved = { ...rotated, weights: rotated.weights.map((w, k) => (k === 0 ? w + 0.01 : w) / 1.01) };
    expect(factorise(moved)).toBeNull();
  });

  test("agree with a simulation in the plane", () => {
    const product = factorise(rotated)!;
    const coefficients = steps(vp, 1.2, 6, 1.5);
    const law = productStepLaw(product, vp, coefficients)!;
    const upright: Part[] = grid.map(({ w, a, va, b, vb }) => ({
      weight: w,
      mean: [a, b],
      variances: [va, vb],
    }));
    const samples = simulate(mixturePredict(upright), coefficients, 1, 2, 20000, 13).map(([a = 0, b = 0]) => [
      c * a - s * b,
      s * a + c * b,
    ]);
    for (const i of [0, 1]) {
      const { value, se } = estimate(samples, (x) => x[i]!);
      expect(Math.abs(value - law.mean[i]!)).toBeLessThan(4.5 * se);
    }
    const f = (x: ArrayLike<number>, at = 0): number =>
      Math.exp(-((x[at]! - 1) ** 2) - (x[at + 1]! * x[at]!) ** 2);
    const truth = law.expectation(f);
    const { value, se } = estimate(samples, (x) => f(x));
    expect(Math.abs(value - truth.value)).toBeLessThan(4.5 * se);
    expect(truth.error).toBeLessThan(1e-6);
  });

  test("have the data law as limit of large eta in continuous time", () => {
    const law = productContinuousLaw(factorise(rotated)!, ve5)(20);
    expect(law.mean[0]).toBeCloseTo(c * 0.75 - s * -0.5, 8);
    expect(law.mean[1]).toBeCloseTo(s * 0.75 + c * -0.5, 8);
  });
});
