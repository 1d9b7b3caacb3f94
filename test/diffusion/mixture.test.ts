import { describe, expect, test } from "vitest";
import {
  type ComponentParameters,
  type GaussianMixture,
  gaussianLaw,
  mixtureComponents,
  mixtureDenoise,
  mixtureDensity,
  mixtureDraws,
  mixtureFromComponents,
  mixtureLogDensity,
  mixtureMoments,
  mixtureScore,
  noisedMixture,
  sampleMixture,
} from "../../src/diffusion/mixture.ts";
import { matvec, solveSpd } from "../../src/math/linear-algebra.ts";
import { DATA_STREAM, createRandom } from "../../src/math/philox.ts";
import { integrate } from "../../src/math/quadrature.ts";
import { MOST_Z, expectAllClose, expectClose, isClose, zScore } from "../support/numbers.ts";

const ONE: GaussianMixture = mixtureFromComponents([
  { weight: 1, mean: [-1], cov: [[0.2]] },
  { weight: 2, mean: [0.5], cov: [[0.05]] },
  { weight: 1, mean: [2], cov: [[0.6]] },
]);
const TWO: GaussianMixture = mixtureFromComponents([
  {
    weight: 3,
    mean: [-1, 0.5],
    cov: [
      [0.3, 0.1],
      [0.1, 0.2],
    ],
  },
  {
    weight: 1,
    mean: [1, -0.5],
    cov: [
      [0.2, -0.15],
      [-0.15, 0.4],
    ],
  },
]);

const denoise = (m: GaussianMixture, alpha: number, sigma: number, x: readonly number[]): Float64Array => {
  const out = new Float64Array(m.dim);
  mixtureDenoise(m, alpha, sigma, Float64Array.from(x), 0, out);
  return out;
};
const score = (m: GaussianMixture, x: readonly number[]): Float64Array => {
  const out = new Float64Array(m.dim);
  mixtureScore(m, Float64Array.from(x), 0, out);
  return out;
};

/** E[x_0 | x_t = x] in 1-D by integrating over x_0: no closed form in it. */
function posteriorMean(m: GaussianMixture, alpha: number, sigma: number, x: number): number {
  const log = (x0: number): number => mixtureLogDensity(m, [x0]) - (x - alpha * x0) ** 2 / (2 * sigma ** 2);
  const reach = Math.min(12, (12 * sigma) / alpha);
  const [a, b] = [Math.max(-8, x / alpha - reach), Math.min(10, x / alpha + reach)];
  // Scaled by its value at x / alpha, so that the absolute tolerance of the rule is a relative one.
  const joint = (x0: number): number => Math.exp(log(x0) - log(Math.min(b, Math.max(a, x / alpha))));
  const top = integrate((x0) => x0 * joint(x0), a, b, 1e-13).value;
  return top / integrate(joint, a, b, 1e-13).value;
}

describe("density", () => {
  test("integrates to 1, with the stated moments", () => {
    const { mean, cov } = mixtureMoments(ONE);
    const moment = (power: number): number =>
      integrate((x) => x ** power * mixtureDensity(ONE, [x]), -12, 14, 1e-12).value;
    expectClose(moment(0), 1, { absolute: 1e-11 });
    expectClose(moment(1), mean[0]!, { absolute: 1e-11 });
    expectClose(moment(2) - moment(1) ** 2, cov[0]!, { absolute: 1e-10 });
  });

  test("in 2-D is the sum of weight exp(-r' C^-1 r / 2) / (2 pi sqrt det C)", () => {
    const x = [0.3, -0.2];
    const parts = mixtureComponents(TWO).map(({ weight, mean, cov }) => {
      const r = x.map((v, i) => v - mean[i]!);
      const C = Float64Array.from(cov.flat());
      const quadratic = solveSpd(C, r, 2).reduce((s, v, i) => s + v * r[i]!, 0);
      const det = C[0]! * C[3]! - C[1]! * C[2]!;
      return (weight * Math.exp(-quadratic / 2)) / (2 * Math.PI * Math.sqrt(det));
    });
    expectClose(mixtureDensity(TWO, x), parts[0]! + parts[1]!, { relative: 1e-13 });
  });

  test("noise moves it to the law of alpha x + sigma eps", () => {
    const noised = noisedMixture(ONE, 0.6, 0.8);
    const x = 0.4;
    // p_t(x) = E p_0((x - sigma z)/alpha)/alpha, by a rule that never adds variances.
    const expected = integrate(
      (z) =>
        (mixtureDensity(ONE, [(x - 0.8 * z) / 0.6]) / 0.6) *
        (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)),
      -12,
      12,
      1e-13,
    ).value;
    expectClose(mixtureDensity(noised, [x]), expected, { relative: 1e-11 });
  });

  test("components survive a round trip and weights are normalised", () => {
    const parts = mixtureComponents(TWO);
    expect(parts.map((c) => c.weight)).toEqual([0.75, 0.25]);
    expect(mixtureFromComponents(parts)).toEqual(TWO);
    expect(() => mixtureFromComponents([])).toThrow(/weights must be positive/);
  });
});

describe("denoiser", () => {
  test.each([
    [1, 0.05],
    [1, 0.5],
    [1, 5],
    [0.6, 0.8],
    [0.01, 0.9999],
  ])("in 1-D equals the posterior mean by quadrature at alpha = %d, sigma = %d", (alpha, sigma) => {
    for (const x of [-2, -0.3, 0.1, 0.7, 2.5])
      expectClose(denoise(ONE, alpha, sigma, [alpha * x])[0]!, posteriorMean(ONE, alpha, sigma, alpha * x), {
        absolute: 1e-9,
      });
  });

  test("control: the same with sigma off by 2 % disagrees", () => {
    const wrong = denoise(ONE, 0.6, 0.8 * 1.02, [0.3])[0]!;
    expect(isClose(wrong, posteriorMean(ONE, 0.6, 0.8, 0.3), { absolute: 1e-4 })).toBe(false);
  });

  test("obeys Tweedie's formula with the slope of the log-density, in 1-D and 2-D", () => {
    for (const m of [ONE, TWO])
      for (const [alpha, sigma] of [
        [1, 0.3],
        [0.7, 0.7],
        [2.5, 4],
      ] as const) {
        const noised = noisedMixture(m, alpha, sigma);
        const x = [0.4, -0.3].slice(0, m.dim);
        const h = 1e-4;
        const slope = x.map((_, i) => {
          const at = (step: number): number =>
            mixtureLogDensity(
              noised,
              x.map((v, j) => (i === j ? v + step : v)),
            );
          return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
        });
        // Central differences of order 4: error h^4 f^(5)/30 about 1e-15 and rounding 1e-16/h = 1e-12.
        expectAllClose(score(noised, x), slope, { absolute: 1e-9 });
        const tweedie = x.map((v, i) => (v + sigma ** 2 * slope[i]!) / alpha);
        expectAllClose(denoise(m, alpha, sigma, x), tweedie, { absolute: 1e-9 * (1 + sigma ** 2 / alpha) });
      }
  });

  test("of one Gaussian in 64-D is mean + alpha C (alpha^2 C + sigma^2 I)^-1 (x - alpha mean)", () => {
    const d = 64;
    const random = createRandom(4, DATA_STREAM);
    const mean = Float64Array.from({ length: d }, () => random.normal());
    const x = Float64Array.from({ length: d }, () => random.normal());
    const cov = Float64Array.from(
      { length: d * d },
      (_, ij) => 0.7 ** Math.abs(Math.floor(ij / d) - (ij % d)),
    );
    const V = cov.map((v, ij) => 0.36 * v + (Math.floor(ij / d) === ij % d ? 0.64 : 0));
    const r = x.map((v, i) => v - 0.6 * mean[i]!);
    const pull = matvec(cov, solveSpd(V, r, d), d);
    const out = new Float64Array(d);
    mixtureDenoise(gaussianLaw(mean, cov), 0.6, 0.8, x, 0, out);
    expectAllClose(
      out,
      mean.map((v, i) => v + 0.6 * pull[i]!),
      { absolute: 1e-12 },
    );
  });

  test("without signal is the mean of the law", () => {
    const { mean } = mixtureMoments(TWO);
    expectAllClose(denoise(TWO, 0, 1, [3, -7]), mean, { absolute: 1e-14 });
  });

  test("without noise is the point itself", () => {
    expectAllClose(denoise(TWO, 1, 0, [0.3, -0.7]), [0.3, -0.7], { absolute: 1e-14 });
  });

  test("reads at an offset", () => {
    const out = new Float64Array(2);
    mixtureDenoise(TWO, 0.6, 0.8, [9, 9, 0.1, 0.2], 2, out);
    expect(out).toEqual(denoise(TWO, 0.6, 0.8, [0.1, 0.2]));
  });
});

describe("degenerate laws", () => {
  const at = (mean: readonly number[], cov: ComponentParameters["cov"]): ComponentParameters => ({
    weight: 1,
    mean,
    cov,
  });
  const laws: [string, GaussianMixture][] = [
    [
      "identical means",
      mixtureFromComponents([
        at(
          [1, 1],
          [
            [1, 0],
            [0, 1],
          ],
        ),
        at(
          [1, 1],
          [
            [2, 0],
            [0, 2],
          ],
        ),
      ]),
    ],
    [
      "identical components",
      mixtureFromComponents([
        at(
          [1, 1],
          [
            [1, 0],
            [0, 1],
          ],
        ),
        at(
          [1, 1],
          [
            [1, 0],
            [0, 1],
          ],
        ),
      ]),
    ],
    [
      "points",
      mixtureFromComponents([
        at(
          [1, 0],
          [
            [0, 0],
            [0, 0],
          ],
        ),
        at(
          [-1, 0],
          [
            [0, 0],
            [0, 0],
          ],
        ),
      ]),
    ],
    [
      "a line",
      mixtureFromComponents([
        at(
          [0, 0],
          [
            [1, 1],
            [1, 1],
          ],
        ),
      ]),
    ],
    [
      "a line and a point",
      mixtureFromComponents([
        at(
          [0, 0],
          [
            [1, 1],
            [1, 1],
          ],
        ),
        at(
          [5, 5],
          [
            [0, 0],
            [0, 0],
          ],
        ),
      ]),
    ],
    [
      "variance 1e-6",
      mixtureFromComponents([
        at(
          [0, 0],
          [
            [1e-6, 0],
            [0, 1e-6],
          ],
        ),
        at(
          [3, 3],
          [
            [1, 0],
            [0, 1],
          ],
        ),
      ]),
    ],
  ];

  test.each(laws)("%s: finite everywhere, inside the hull of prior and data", (_, m) => {
    for (const [alpha, sigma] of [
      [1, 0],
      [1, 1e-8],
      [1, 1e-3],
      [0.5, 0.5],
      [0, 1],
      [1, 1e4],
    ] as const)
      for (const x of [
        [0, 0],
        [1, 0],
        [0.3, 0.3],
        [-40, 2],
        [1e6, -1e6],
        [5, 5],
      ]) {
        const out = denoise(m, alpha, sigma, x);
        expect(out.every(Number.isFinite), `${alpha} ${sigma} ${x} -> ${out}`).toBe(true);
        expect(Number.isNaN(mixtureLogDensity(noisedMixture(m, alpha, sigma), x))).toBe(false);
      }
  });

  test("of two points the nearer one is returned as the noise falls to 0", () => {
    const m = laws[2]![1];
    for (const sigma of [0.01, 1e-6, 0])
      expectAllClose(denoise(m, 1, sigma, [0.8, 0.3]), [1, 0], { absolute: 1e-9 });
    // Equal distances: both count one half.
    expectAllClose(denoise(m, 1, 0.5, [0, 0.3]), [0, 0], { absolute: 1e-14 });
  });

  test("a point next to a line is projected on it as the noise falls to 0", () => {
    for (const sigma of [1e-6, 0])
      expectAllClose(denoise(laws[3]![1], 1, sigma, [1, 0]), [0.5, 0.5], { absolute: 1e-9 });
  });

  test("far out one component takes all without overflow", () => {
    // The widest component wins, and pulls by sigma^2 / V = 1e-6 / 0.600001.
    expectAllClose(denoise(ONE, 1, 1e-3, [1e8]), [1e8 - (1e-6 / 0.600001) * (1e8 - 2)], { relative: 1e-14 });
  });
});

describe("samples", () => {
  const n = 100_000;
  test.each([
    ["1-D", ONE],
    ["2-D", TWO],
  ] as const)("%s have the mixture's moments", (_, m) => {
    const x = sampleMixture(m, n, 1);
    const { mean, cov } = mixtureMoments(m);
    const d = m.dim;
    for (let i = 0; i < d; i++) {
      const values = Float64Array.from({ length: n }, (_, row) => x[row * d + i]!);
      expect(Math.abs(zScore(values, mean[i]!))).toBeLessThan(MOST_Z);
      for (let j = 0; j < d; j++) {
        const products = values.map((v, row) => (v - mean[i]!) * (x[row * d + j]! - mean[j]!));
        expect(Math.abs(zScore(products, cov[i * d + j]!))).toBeLessThan(MOST_Z);
        expect(Math.abs(zScore(products, cov[i * d + j]! + 0.05))).toBeGreaterThan(MOST_Z);
      }
    }
  });

  test("repeat for a seed, and a longer draw starts with the shorter", () => {
    expect(sampleMixture(TWO, 5, 3)).toEqual(sampleMixture(TWO, 9, 3).subarray(0, 10));
    const draws = mixtureDraws(TWO, 3);
    expect([...draws(2), ...draws(0), ...draws(7)]).toEqual([...sampleMixture(TWO, 9, 3)]);
    expect(sampleMixture(TWO, 5, 3)).not.toEqual(sampleMixture(TWO, 5, 4));
  });

  test("of a singular law stay on its support", () => {
    const x = sampleMixture(gaussianLaw([1, 2], Float64Array.of(1, 1, 1, 1)), 100, 1);
    for (let i = 0; i < 100; i++) expectClose(x[2 * i + 1]! - x[2 * i]!, 1, { absolute: 1e-12 });
  });
});
