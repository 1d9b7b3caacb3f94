import { describe, expect, test } from "vitest";
import {
  SAMPLER_KINDS,
  SamplerRefusedError,
  samplerCoefficients,
  samplerRefusal,
} from "../../src/diffusion/coefficients.ts";
import { createGrid } from "../../src/diffusion/grid.ts";
import { createProcess } from "../../src/diffusion/processes/index.ts";
import type { StepCoefficients } from "../../src/diffusion/program.ts";
import { expectClose, isClose, slopeOf } from "../support/numbers.ts";
import { PROCESS_CASES } from "./cases.ts";

const etasOf = (eta: number, steps: number): Float64Array => new Float64Array(steps).fill(eta);

function stepsOf(
  kind: (typeof SAMPLER_KINDS)[number],
  parameters: Parameters<typeof createProcess>[0],
  N: number,
  eta: number,
) {
  const process = createProcess(parameters);
  return samplerCoefficients(
    kind,
    process,
    createGrid({ kind: "power", power: 2 }, process, N),
    etasOf(eta, N),
  );
}

/** The image of a point mass under a step: x_t = alpha_t x_0 + sigma_t eps and x0Hat = x_0 give mean factor and variance. */
const image = (step: StepCoefficients) => ({
  mean: step.cx * step.alphaT + step.c0,
  variance: step.cx ** 2 * step.sigmaT ** 2 + step.cz ** 2,
});

describe.each(PROCESS_CASES)("on %s", (_, parameters) => {
  test.each([
    ["gddim", 0],
    ["gddim", 0.5],
    ["gddim", 1],
    ["gddim", 1.2],
    ["gddim", 50],
    ["ddim", 0],
    ["ddim", 0.5],
    ["ddim", 1],
  ] as const)("%s at eta = %d takes p_t of a point mass exactly to p_s", (kind, eta) => {
    for (const step of stepsOf(kind, parameters, 12, eta)) {
      const { mean, variance } = image(step);
      expectClose(mean, step.alphaS, { relative: 1e-13 });
      expectClose(variance, step.sigmaS ** 2, { relative: 1e-13 });
    }
  });

  test("DDIM and gDDIM are the same at eta = 0 and eta = 1, and differ at 0.5", () => {
    for (const eta of [0, 1]) {
      const gddim = stepsOf("gddim", parameters, 12, eta);
      stepsOf("ddim", parameters, 12, eta).forEach((step, k) => {
        // rho enters once by log-SNR (size up to 40, rounded to 1e-14 of it) and once squared.
        const close = { relative: 1e-12, absolute: 1e-13 * step.alphaS };
        expectClose(step.cx, gddim[k]!.cx, close, `cx[${k}]`);
        expectClose(step.c0, gddim[k]!.c0, close, `c0[${k}]`);
        expectClose(step.cz, gddim[k]!.cz, close, `cz[${k}]`);
      });
    }
    const [a, b] = [stepsOf("gddim", parameters, 12, 0.5)[3]!, stepsOf("ddim", parameters, 12, 0.5)[3]!];
    expect(isClose(a.cz, b.cz, { relative: 1e-3 })).toBe(false);
  });

  test("gDDIM steps compose: two in a row are one long step for a point mass; DDIM's at 0.5 do not", () => {
    const process = createProcess(parameters);
    const [t, m, s] = [0.9, 0.5, 0.2].map((share) => share * process.T) as [number, number, number];
    const q = (kind: "gddim" | "ddim", from: number, to: number): number => {
      const [step] = samplerCoefficients(kind, process, Float64Array.of(from, to), Float64Array.of(0.5));
      return (step!.cx * step!.sigmaT) / step!.sigmaS;
    };
    expectClose(q("gddim", t, m) * q("gddim", m, s), q("gddim", t, s), { relative: 1e-12 });
    expect(isClose(q("ddim", t, m) * q("ddim", m, s), q("ddim", t, s), { relative: 1e-4 })).toBe(false);
  });

  test.each([0, 0.7, 1.5])("small gDDIM steps tend to Euler-Maruyama at eta = %d", (eta) => {
    const process = createProcess(parameters);
    const t = 0.5 * process.T;
    const shares = [1e-2, 5e-3, 2.5e-3, 1.25e-3, 6.25e-4];
    const off = (key: "cx" | "c0" | "cz"): number[] =>
      shares.map((share) => {
        const grid = Float64Array.of(t, t * (1 - share));
        const [a] = samplerCoefficients("gddim", process, grid, Float64Array.of(eta));
        const [b] = samplerCoefficients("euler-maruyama", process, grid, Float64Array.of(eta));
        return key === "cz" ? (a!.cz ** 2 - b!.cz ** 2) / a!.sigmaT ** 2 : a![key] - b![key];
      });
    // Both are exact to first order in h, so they differ by O(h^2), unless they agree (VE: g^2 at eta where the second order vanishes).
    for (const key of eta === 0 ? (["cx", "c0"] as const) : (["cx", "c0", "cz"] as const)) {
      const errors = off(key);
      if (Math.max(...errors.map(Math.abs)) < 1e-12) continue;
      expect(slopeOf(shares, errors), key).toBeGreaterThan(1.8);
    }
  });
});

describe("values", () => {
  test("gDDIM on VE: q = (s/t)^(eta^2), cx = (s/t) q, c0 = 1 - (s/t)^(1 + eta^2), cz = s sqrt(1 - q^2)", () => {
    const process = createProcess({ kind: "ve", T: 5 });
    for (const eta of [0, 0.3, 1, 2]) {
      const [step] = samplerCoefficients("gddim", process, Float64Array.of(4, 1.5), Float64Array.of(eta));
      const q = (1.5 / 4) ** (eta * eta);
      expectClose(step!.cx, (1.5 / 4) * q, { relative: 1e-14 });
      expectClose(step!.c0, 1 - (1.5 / 4) ** (1 + eta * eta), { relative: 1e-14 });
      expectClose(step!.cz, 1.5 * Math.sqrt(1 - q * q), { relative: 1e-13 });
    }
  });

  test("eta = 0 has no noise in any sampler; every other eta has, but for the last DDIM step", () => {
    for (const kind of SAMPLER_KINDS) {
      const at = (eta: number) => stepsOf(kind, { kind: "ve", T: 5 }, 6, eta);
      at(0).forEach((step) => expect(Math.max(step.cz, step.corrector?.ez ?? 0)).toBe(0));
      at(0.6)
        .slice(0, -1)
        .forEach((step) => expect(step.cz).toBeGreaterThan(0));
      expect(at(0.6).at(-1)!.cz === 0).toBe(kind === "gddim" || kind === "ddim");
    }
  });

  test("the last step of gDDIM is a jump to x0Hat", () => {
    const last = stepsOf("gddim", { kind: "flow", T: 1 }, 1, 1)[0]!;
    expect([last.cx, last.c0, last.cz]).toEqual([0, 1, 0]);
  });

  test("from no signal at all, eta = 0 keeps x as the noise and eta > 0 draws it anew", () => {
    const process = createProcess({ kind: "flow", T: 1 });
    const first = (eta: number) =>
      samplerCoefficients("gddim", process, Float64Array.of(1, 0.6), Float64Array.of(eta))[0]!;
    expect([first(0).cx, first(0).c0, first(0).cz]).toEqual([0.6, 0.4, 0]);
    expect([first(0.1).cx, first(0.1).c0, first(0.1).cz]).toEqual([0, 0.4, 0.6]);
  });

  test("a step carries its own eta from the schedule", () => {
    const process = createProcess({ kind: "ve", T: 5 });
    const steps = samplerCoefficients(
      "gddim",
      process,
      Float64Array.of(5, 2, 1, 0),
      Float64Array.of(0, 2, 0),
    );
    expect(steps.map((step) => step.eta)).toEqual([0, 2, 0]);
    expect(steps.map((step) => step.cz > 0)).toEqual([false, true, false]);
  });
});

describe("stress", () => {
  test.each(PROCESS_CASES)("gDDIM on %s is finite for eta = 0 .. 50 and N = 1 .. 1000", (_, parameters) => {
    for (const N of [1, 2, 1000])
      for (const eta of [0, 1e-8, 1, 50])
        for (const step of stepsOf("gddim", parameters, N, eta)) {
          expect([step.cx, step.c0, step.cz].every(Number.isFinite)).toBe(true);
          expect(step.cz).toBeLessThanOrEqual(step.sigmaS);
          expect(step.cx).toBeGreaterThanOrEqual(0);
        }
  });
});

describe("refusals", () => {
  const ve = createProcess({ kind: "ve", T: 5 });
  const grid = createGrid({ kind: "uniform" }, ve, 4);

  test("DDIM at eta > 1 names the step whose noise is too large", () => {
    expect(() => samplerCoefficients("ddim", ve, grid, etasOf(1.2, 4))).toThrow(SamplerRefusedError);
    expect(samplerRefusal("ddim", ve, grid, Float64Array.of(1, 1, 2, 1))).toMatch(/ddim, step 3: .*eta = 2/);
    expect(samplerRefusal("ddim", ve, grid, etasOf(1, 4))).toBeNull();
    expect(samplerRefusal("gddim", ve, grid, etasOf(50, 4))).toBeNull();
  });

  test("DDIM at eta slightly above 1 is taken where the steps are small enough", () => {
    // tau^2 <= sigma_s^2 asks rho^2 >= 1 - 1/eta^2 = 0.17 at eta = 1.1; here rho = 1/2, and 1/4 > 0.17.
    expect(samplerRefusal("ddim", ve, Float64Array.of(4, 2), Float64Array.of(1.1))).toBeNull();
    expect(samplerRefusal("ddim", ve, Float64Array.of(4, 1), Float64Array.of(1.1))).toMatch(/step 1/);
  });

  test.each(["euler-maruyama", "heun"] as const)(
    "%s needs finite rates, so it refuses flow at T = 1",
    (kind) => {
      const flow = createProcess({ kind: "flow", T: 1 });
      const refusal = samplerRefusal(kind, flow, createGrid({ kind: "uniform" }, flow, 4), etasOf(0, 4));
      expect(refusal).toMatch(/step 1: the drift and the noise rate must be finite/);
      const below = createProcess({ kind: "flow", T: 0.99 });
      expect(samplerRefusal(kind, below, createGrid({ kind: "uniform" }, below, 4), etasOf(1, 4))).toBeNull();
    },
  );

  test("a refusal names a field of the specification", () => {
    try {
      samplerCoefficients("ddim", ve, grid, etasOf(3, 4));
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(SamplerRefusedError);
      expect((error as SamplerRefusedError).field).toBe("sampler.kind");
    }
  });

  test("numbers too large are refused, not passed on", () => {
    expect(samplerRefusal("euler-maruyama", ve, grid, etasOf(1e200, 4))).toMatch(/must be finite/);
  });
});
