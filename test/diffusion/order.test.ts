import { describe, expect, test } from "vitest";
import { gaussianProgram } from "../../src/diffusion/builders.ts";
import { type SamplerKind, samplerCoefficients } from "../../src/diffusion/coefficients.ts";
import { createGrid } from "../../src/diffusion/grid.ts";
import { createProcess } from "../../src/diffusion/processes/index.ts";
import { expectClose, isClose, slopeOf } from "../support/numbers.ts";
import { programLaw } from "./gaussian-chain.ts";

const [MEAN, LAMBDA] = [1.5, 0.3];

/** Continuous-time law at t = 0 of the eta-sampler from the prior (theory note, section 3). */
function exactLaw(process: ReturnType<typeof createProcess>, eta: number) {
  const alpha = process.alpha(process.T);
  const V = alpha ** 2 * LAMBDA + process.sigma(process.T) ** 2;
  const rho = alpha ** (eta * eta) * (LAMBDA / V) ** ((1 + eta * eta) / 2);
  return { mean: MEAN - rho * alpha * MEAN, variance: LAMBDA + rho * rho * (process.priorStd ** 2 - V) };
}

function discreteLaw(
  process: ReturnType<typeof createProcess>,
  kind: SamplerKind,
  power: number,
  N: number,
  eta: number,
) {
  const grid = createGrid({ kind: "power", power }, process, N);
  const coefficients = samplerCoefficients(kind, process, grid, new Float64Array(N).fill(eta));
  const { mean, cov } = programLaw(gaussianProgram([MEAN], Float64Array.of(LAMBDA), process, coefficients));
  return { mean: mean[0]!, variance: cov[0]! };
}

const ORDERS: readonly [SamplerKind, number][] = [
  ["gddim", 1],
  ["ddim", 1],
  ["euler-maruyama", 1],
  ["heun", 2],
];
const PROCESSES = [
  ["VE", { kind: "ve", T: 3 }],
  ["VP", { kind: "vp", beta: { kind: "linear", min: 0.1, max: 6 }, T: 1 }],
  ["contractive OU", { kind: "contractive-ou", theta: 0.5, noise: 1, T: 1 }],
] as const;
/** Four halvings and a fifth point. */
const COUNTS = [200, 400, 800, 1600, 3200];

describe.each(PROCESSES)("on %s", (_, parameters) => {
  const process = createProcess(parameters);
  describe.each(ORDERS)("%s has weak order %d", (kind, order) => {
    test.each([0, 0.7, 1])("at eta = %d", (eta) => {
      const truth = exactLaw(process, eta);
      const laws = COUNTS.map((N) => discreteLaw(process, kind, 2, N, eta));
      const h = COUNTS.map((N) => 1 / N);
      const slopes = (["mean", "variance"] as const).flatMap((key) => {
        const errors = laws.map((law) => law[key] - truth[key]);
        // gDDIM's mean at eta = 1 is exact; no slope can be taken from rounding errors.
        return Math.abs(errors[0]!) < 1e-10 ? [] : [[key, slopeOf(h, errors)] as const];
      });
      expect(slopes.length).toBeGreaterThan(0);
      for (const [key, slope] of slopes) expectClose(slope, order, { absolute: 0.2 }, `order of the ${key}`);
    });
  });

  test("control: Heun's error against the law of eta + 0.01 does not fall", () => {
    const wrong = exactLaw(process, 0.71).variance;
    const errors = COUNTS.map((N) => discreteLaw(process, "heun", 2, N, 0.7).variance - wrong);
    expect(
      isClose(
        slopeOf(
          COUNTS.map((N) => 1 / N),
          errors,
        ),
        2,
        { absolute: 0.2 },
      ),
    ).toBe(false);
  });
});

// theory note, section 3; printed to 5 decimals.
test.each([
  [{ kind: "ve", T: 5 }, 0, 1.33666, 0.29644],
  [{ kind: "ve", T: 5 }, 1, 1.48221, 0.29996],
  [{ kind: "ve", T: 5 }, 1.2, 1.4933, 0.29999],
  [{ kind: "vp", beta: { kind: "linear", min: 0.1, max: 6 }, T: 1 }, 0, 1.31817, 0.31029],
  [{ kind: "vp", beta: { kind: "linear", min: 0.1, max: 6 }, T: 1 }, 1.2, 1.49129, 0.30002],
] as const)(
  "gDDIM on %j at eta = %d tends to the checked mean and variance",
  (parameters, eta, mean, variance) => {
    const process = createProcess(parameters);
    // Richardson on the first-order error: what is left is O(1/N^2).
    const [a, b] = [2000, 4000].map((N) => discreteLaw(process, "gddim", 3, N, eta));
    expectClose(2 * b!.mean - a!.mean, mean, { absolute: 6e-6 });
    expectClose(2 * b!.variance - a!.variance, variance, { absolute: 6e-6 });
  },
);
