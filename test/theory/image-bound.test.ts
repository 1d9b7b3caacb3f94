import { describe, expect, test } from "vitest";
import { mixtureFromComponents } from "../../src/diffusion/mixture.ts";
import { createProcess } from "../../src/diffusion/processes/index.ts";
import { generalBound } from "../../src/theory/bound.ts";
import { networkBound, type NetworkProfile, provableLogContraction } from "../../src/theory/image-bound.ts";

const T = 0.99;
const START = 1e-4;
const POINTS = 4000;
const VARIANCE = 0.3;
const flow = createProcess({ kind: "flow", T });

/** An error of x0Hat, data units; as t^2, so that the score's error stays finite at 0, as the panels of bound.ts want it. */
const errorAt = (t: number) => 0.2 * t * t;

/** Slope of the exact x0Hat of N(m, v I). */
const slopeAt = (t: number) => ((1 - t) * VARIANCE) / ((1 - t) ** 2 * VARIANCE + t * t);

function gaussianProfile(): NetworkProfile {
  const times = Array.from({ length: POINTS }, (_, i) => START * (T / START) ** (i / (POINTS - 1)));
  return { times, slopes: times.map(slopeAt), errors: times.map(errorAt), sizeSq: 1, dim: 2 };
}

describe("the general bound from measured numbers", () => {
  const cov = [
    [VARIANCE, 0],
    [0, VARIANCE],
  ];
  const law = mixtureFromComponents([{ weight: 1, mean: [0.5, -0.5], cov }]);
  const exact = generalBound({
    law,
    process: flow,
    reward: { kind: "linear", dim: 2, weights: Float64Array.of(1, 0), offset: 0 },
    scoreError: (t) => ((1 - t) * errorAt(t)) / (t * t),
  });

  // Trapezia of step h = log(1e4) / 4000 err by h^2 times second derivatives of size 10, and what is left out before 1e-4 is of
  // size 1e-4 (1 + eta^2); five times that leaves room.
  test.each([0, 0.5, 1, 1.2, 2])("is that of bound.ts for Gaussian data, eta = %d", (eta) => {
    const mine = networkBound(gaussianProfile(), eta);
    const theirs = exact(eta);
    const room = 5e-4 * (1 + eta * eta);
    expect(Math.abs(mine.scoreError / theirs.terms.scoreErrorSde - 1)).toBeLessThan(room);
    expect(Math.abs(Math.exp(mine.logContraction) / theirs.contraction - 1)).toBeLessThan(room);
    expect(mine.w2).toBe(mine.priorMismatch + mine.scoreError);
    // Its distance of the starts is an upper estimate of the exact one.
    expect(mine.priorMismatch).toBeGreaterThan(theirs.terms.priorMismatchSde);
  });

  test("notices a steeper network: the control", () => {
    const profile = gaussianProfile();
    const steeper = networkBound({ ...profile, slopes: profile.slopes.map((l) => 1.1 * l) }, 1);
    expect(steeper.scoreError / exact(1).terms.scoreErrorSde).toBeGreaterThan(1.05);
  });

  test("refuses times that do not ascend inside (0, 1)", () => {
    const profile = { slopes: [1, 1], errors: [1, 1], sizeSq: 1, dim: 2 };
    expect(() => networkBound({ ...profile, times: [0, 0.5] }, 1)).toThrow(RangeError);
    expect(() => networkBound({ ...profile, times: [0.5, 0.2] }, 1)).toThrow(RangeError);
  });

  test("with the slope that can be proved is that of slopes D (1 - t) / t^2", () => {
    const profile = gaussianProfile();
    const times = profile.times.filter((t) => t > 0.05);
    const slopes = times.map((t) => (3 * (1 - t)) / (t * t));
    const { logContraction } = networkBound({ times, slopes, errors: times, sizeSq: 1, dim: 3 }, 1.2);
    const closed = provableLogContraction(times[0]!, times.at(-1)!, 3, 1.2);
    // h^2 / 12 times the second derivative of 3 (1 - t) / t^2 in log t, at most 12 t^-2 = 4,800 of 600 summed: relative 1e-5.
    expect(logContraction / closed).toBeCloseTo(1, 4);
  });
});
