import { describe, expect, it } from "vitest";
import { cpuNetworks } from "../../../src/alignment/cpu/network.ts";
import { initialParameters, parameterCount, parameterParts } from "../../../src/alignment/network-shape.ts";
import type { NetworkShape, PolicyNetwork } from "../../../src/alignment/policy-network.ts";
import { predictionRefusal } from "../../../src/alignment/preconditioning.ts";
import { x0HatFrom } from "../../../src/diffusion/step.ts";
import { casesOfEveryKind, expectMisfitsNamed } from "./contract.ts";
import { FLOW, fullParameters, normals, SMALL, times, VE, VP } from "./networks.ts";

const COUNT = 5;
/**
 * Central differences. Near T eps magnifies by sigma / alpha of up to 45, a direction is about 10 long, so f''' is up to 450^2
 * times f' and their error h^2 f''' / 6 up to 3e-8 of it; rounding 1e-16 |f| / h = 1e-9.
 */
const H = 1e-6;
const TOLERANCE = 1e-7;

/** f(x0Hat) = sum_j cos(j) sin(x0Hat_j): an arbitrary smooth loss. */
function loss(x0Hat: Float64Array): number {
  return x0Hat.reduce((sum, value, j) => sum + Math.cos(j) * Math.sin(value), 0);
}

function pullOf(x0Hat: Float64Array): Float64Array {
  return x0Hat.map((value, j) => Math.cos(j) * Math.cos(value));
}

/** Largest miss of a directional derivative over random directions, relative to the largest derivative. */
async function gradientMiss(
  at: Float64Array,
  gradient: Float64Array,
  value: (at: Float64Array) => Promise<number>,
): Promise<number> {
  let miss = 0;
  let size = 0;
  for (let seed = 0; seed < 6; seed++) {
    const direction = normals(at.length, seed);
    const moved = (h: number) => value(at.map((v, i) => v + h * (direction[i] ?? 0)));
    const numeric = ((await moved(H)) - (await moved(-H))) / (2 * H);
    const exact = gradient.reduce((sum, g, i) => sum + g * (direction[i] ?? 0), 0);
    miss = Math.max(miss, Math.abs(numeric - exact));
    size = Math.max(size, Math.abs(exact));
  }
  return miss / size;
}

const CASES = casesOfEveryKind(SMALL, COUNT);

describe("The f64 network", () => {
  it.each(CASES)("has the parameter gradient of central differences: $name", async ({ process, shape }) => {
    const x = normals(2 * COUNT, 1);
    const t = times(COUNT, process.T);
    const parameters = fullParameters(shape, 3);
    const network = cpuNetworks(process)(shape, parameters);
    await network.accumulate(x, t, pullOf);
    const gradient = await network.takeGradient();
    const value = async (at: Float64Array) => {
      network.write(at);
      return loss(await network.predict(x, t));
    };
    expect(await gradientMiss(parameters, gradient, value)).toBeLessThan(TOLERANCE);
    // Control: a gradient without its biases is noticed.
    const parts = parameterParts(shape).filter(({ name }) => name.endsWith("bias"));
    const wrong = gradient.slice();
    for (const { offset, shape: size } of parts) wrong.fill(0, offset, offset + (size[0] ?? 0));
    expect(await gradientMiss(parameters, wrong, value)).toBeGreaterThan(1e-3);
  });

  it.each(CASES)("has the input gradient of central differences: $name", async ({ process, shape }) => {
    const x = normals(2 * COUNT, 1);
    const t = times(COUNT, process.T);
    const weights = normals(2 * COUNT, 2);
    const network = cpuNetworks(process)(shape, fullParameters(shape, 3));
    const gradient = await network.pullToInput(x, t, weights);
    const value = async (at: Float64Array) =>
      (await network.predict(at, t)).reduce((sum, v, j) => sum + v * (weights[j] ?? 0), 0);
    expect(await gradientMiss(x, gradient, value)).toBeLessThan(TOLERANCE);
    expect(
      await gradientMiss(
        x,
        gradient.map((g, j) => g + 0.01 * (weights[j] ?? 0)),
        value,
      ),
    ).toBeGreaterThan(1e-4);
  });

  it("adds up what it accumulates, and starts anew once the gradient is taken", async () => {
    const network = cpuNetworks(VP)(SMALL, fullParameters(SMALL, 3));
    const run = (first: number, last: number) =>
      network.accumulate(
        normals(20, 1).subarray(2 * first, 2 * last),
        times(10, 1).subarray(first, last),
        () => normals(20, 5).slice(2 * first, 2 * last),
      );
    await run(0, 10);
    const whole = await network.takeGradient();
    await run(0, 4);
    await run(4, 10);
    const parts = await network.takeGradient();
    // Sums of ten terms in another order.
    whole.forEach((value, i) => expect(Math.abs(value - (parts[i] ?? NaN))).toBeLessThan(1e-13));
    expect((await network.takeGradient()).every((value) => value === 0)).toBe(true);
  });

  it("denoises untrained as if the data were N(0, I)", async () => {
    for (const process of [VP, VE, FLOW]) {
      const network = cpuNetworks(process)(SMALL, initialParameters(SMALL, 1));
      const t = process.T / 3;
      const [alpha, sigma] = [process.alpha(t), process.sigma(t)];
      const [first = NaN] = await network.predict(Float64Array.of(1.3, 0), Float64Array.of(t));
      expect(first).toBeCloseTo((1.3 * alpha) / (alpha * alpha + sigma * sigma), 14);
    }
  });

  it("puts out the eps and v of the sampler's convention on VP", async () => {
    const x = normals(2 * COUNT, 1);
    const t = times(COUNT, VP.T);
    const parameters = fullParameters(SMALL, 3);
    const predict = (prediction: NetworkShape["prediction"]) =>
      cpuNetworks(VP)({ ...SMALL, prediction }, parameters).predict(x, t);
    // The x0 network shows the bare output.
    const output = await predict("x0");
    for (const prediction of ["eps", "v"] as const) {
      const got = await predict(prediction);
      const expected = Array.from(t, (time, n) => {
        const row = (values: Float64Array) => values.subarray(2 * n, 2 * n + 2);
        return [...x0HatFrom(prediction, row(output), row(x), VP.alpha(time), VP.sigma(time))];
      }).flat();
      // Near T eps divides by alpha = 0.007, which magnifies rounding.
      expected.forEach((value, j) => expect(got[j]).toBeCloseTo(value, 11));
    }
  });

  it("works at both ends of the flow, except for eps, which it refuses there", async () => {
    const x = normals(4, 1);
    const ends = Float64Array.of(0, 1);
    for (const prediction of ["x0", "v"] as const) {
      const network = cpuNetworks(FLOW)({ ...SMALL, prediction }, fullParameters(SMALL, 3));
      const x0Hat = await network.predict(x, ends);
      expect(x0Hat.every(Number.isFinite)).toBe(true);
      // At t = 0 x is the data, whatever the weights of v are.
      if (prediction === "v") expect([...x0Hat.subarray(0, 2)]).toEqual([...x.subarray(0, 2)]);
    }
    const network = cpuNetworks(FLOW)({ ...SMALL, prediction: "eps" }, fullParameters(SMALL, 3));
    await expect(network.predict(x, ends)).rejects.toThrow(/signal is 0 at T = 1; choose "v" or "x0"/);
    expect(predictionRefusal("eps", FLOW)).toContain("signal is 0");
    expect(predictionRefusal("eps", VP)).toBeNull();
    expect(predictionRefusal("v", FLOW)).toBeNull();
  });

  it("names what does not fit", async () => {
    const make = (parameters: Float64Array): PolicyNetwork => cpuNetworks(VP)(SMALL, parameters);
    expect(() => make(new Float64Array(3))).toThrow(/parameters must be \d+ numbers .* got 3/);
    const network = make(fullParameters(SMALL, 1));
    expect(() => network.write(new Float64Array(4))).toThrow(/got 4/);
    await expectMisfitsNamed(network);
  });

  it("starts the same from the same seed only, with parts that cover the row", () => {
    expect(initialParameters(SMALL, 1)).toEqual(initialParameters(SMALL, 1));
    expect(initialParameters(SMALL, 1)).not.toEqual(initialParameters(SMALL, 2));
    const covered = parameterParts(SMALL).reduce((offset, part) => {
      expect(part.offset).toBe(offset);
      return offset + part.shape.reduce((product, size) => product * size, 1);
    }, 0);
    expect(covered).toBe(parameterCount(SMALL));
  });
});
