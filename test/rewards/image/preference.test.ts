import { describe, expect, it } from "vitest";
import { createRandom, DATA_STREAM } from "../../../src/math/philox.ts";
import { type Choices, fitBradleyTerry } from "../../../src/rewards/image/bradley-terry.ts";
import {
  fitPreference,
  formatPreference,
  parsePreference,
  preferenceScores,
} from "../../../src/rewards/image/preference.ts";
import { expectAllClose, expectClose, MOST_Z, zScore } from "../../support/numbers.ts";

const TRUTH = [1.2, -0.7, 0, 0.3];

/** Choices between random images by a judge with the weights TRUTH. */
function judged(pairs: number, seed: number): Choices {
  const random = createRandom(seed, DATA_STREAM);
  const draw = () => Float64Array.from({ length: pairs * TRUTH.length }, () => random.normal());
  const [first, second] = [draw(), draw()];
  const chosen = Float64Array.from({ length: pairs }, (_, i) => {
    const margin = TRUTH.reduce((sum, w, f) => sum + w * (first[4 * i + f]! - second[4 * i + f]!), 0);
    return random.uniform() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
  });
  return { features: TRUTH.length, first, second, chosen };
}

describe("The Bradley-Terry fit", () => {
  it("of one feature is the logit of the share, with the binomial's standard error", () => {
    const [n, wins] = [400, 280];
    const fit = fitBradleyTerry(
      {
        features: 1,
        first: new Float64Array(n).fill(1),
        second: new Float64Array(n),
        chosen: Float64Array.from({ length: n }, (_, i) => (i < wins ? 1 : 0)),
      },
      1e-9,
    );
    expectClose(fit.weights[0]!, Math.log(280 / 120), { relative: 1e-9 });
    // Its curvature is that before the last step, where the weight was off by up to the root of 1e-12.
    expectClose(fit.standardErrors[0]!, 1 / Math.sqrt(n * 0.7 * 0.3), { relative: 1e-6 });
    expectClose(fit.meanLogLikelihood, 0.7 * Math.log(0.7) + 0.3 * Math.log(0.3), { relative: 1e-9 });
  });

  it("finds the weights of a simulated judge, with errors as large as it says", () => {
    const fits = Array.from({ length: 20 }, (_, seed) => fitBradleyTerry(judged(2000, seed), 1e-6));
    TRUTH.forEach((w, f) => {
      const estimates = fits.map(({ weights }) => weights[f]!);
      expect(Math.abs(zScore(estimates, w)), `weight ${f}`).toBeLessThan(MOST_Z);
      // 20 z-scores squared: chi^2 with 20 degrees; 1e-5 tails at 3.9 and 63 (bias of the maximum is far below).
      const square = fits.reduce(
        (sum, fit) => sum + ((fit.weights[f]! - w) / fit.standardErrors[f]!) ** 2,
        0,
      );
      expect(square, `errors of weight ${f}`).toBeGreaterThan(3.9);
      expect(square, `errors of weight ${f}`).toBeLessThan(63);
    });
  });

  it("finds nothing in choices by chance, and the opposite in choices turned round (controls)", () => {
    const choices = judged(2000, 3);
    const random = createRandom(9, DATA_STREAM);
    const chance = fitBradleyTerry({
      ...choices,
      chosen: choices.chosen.map(() => (random.uniform() < 0.5 ? 1 : 0)),
    });
    chance.weights.forEach((w, f) => expect(Math.abs(w / chance.standardErrors[f]!)).toBeLessThan(MOST_Z));
    expect(Math.abs(chance.weights[0]! - TRUTH[0]!) / chance.standardErrors[0]!).toBeGreaterThan(10);
    const there = fitBradleyTerry(choices);
    const back = fitBradleyTerry({ ...choices, chosen: choices.chosen.map((y) => 1 - y) });
    expectAllClose(
      back.weights,
      there.weights.map((w) => -w),
      { absolute: 1e-9 },
    );
  });

  it("is the maximum: the penalised slope vanishes there", () => {
    const { features, first, second, chosen } = judged(500, 1);
    const ridge = 3;
    const { weights } = fitBradleyTerry({ features, first, second, chosen }, ridge);
    for (let f = 0; f < features; f++) {
      let slope = -ridge * weights[f]!;
      for (let i = 0; i < chosen.length; i++) {
        const x = (g: number) => first[features * i + g]! - second[features * i + g]!;
        const p = 1 / (1 + Math.exp(-weights.reduce((sum, w, g) => sum + w * x(g), 0)));
        slope += (chosen[i]! - p) * x(f);
      }
      // A sum of 500 terms of size 1 rounds by about 1e-13; Newton's last step leaves no more.
      expect(Math.abs(slope)).toBeLessThan(1e-9);
    }
  });

  it("stays finite where one feature tells every choice, takes ties and constant features", () => {
    const perfect = {
      features: 2,
      first: Float64Array.of(1, 5, 2, 5, 3, 5),
      second: Float64Array.of(0, 5, 1, 5, 1, 5),
      chosen: Float64Array.of(1, 1, 1),
    };
    const fit = fitBradleyTerry(perfect, 0.01);
    expect(fit.weights[0]).toBeGreaterThan(1);
    expect(fit.weights[1]).toBe(0);
    expect(Number.isFinite(fit.standardErrors[1])).toBe(true);
    const ties = fitBradleyTerry({ ...perfect, chosen: Float64Array.of(0.5, 0.5, 0.5) });
    expect([...ties.weights]).toEqual([0, 0]);
  });

  it("names what does not fit", () => {
    const choices = judged(10, 0);
    expect(() => fitBradleyTerry(choices, 0)).toThrow(/ridge: must be a positive number, got 0/);
    expect(() => fitBradleyTerry({ ...choices, first: new Float64Array(3) })).toThrow(
      /first: must be 10 x 4 numbers, got 3/,
    );
    expect(() =>
      fitBradleyTerry({ ...choices, second: choices.second.map((x, i) => (i === 9 ? NaN : x)) }),
    ).toThrow(/NaN for pair 2/);
    expect(() => fitBradleyTerry({ ...choices, chosen: new Float64Array(10).fill(2) })).toThrow(
      /0 \.\. 1, got 2/,
    );
    expect(() =>
      fitBradleyTerry({
        ...choices,
        chosen: new Float64Array(0),
        first: new Float64Array(0),
        second: new Float64Array(0),
      }),
    ).toThrow(/must have pairs/);
  });
});

describe("A preference model", () => {
  /** 300 images with two features of very different scale; the second decides. */
  function fitted() {
    const random = createRandom(5, DATA_STREAM);
    const values = Float64Array.from({ length: 600 }, (_, j) =>
      j % 2 === 0 ? 1000 + 50 * random.normal() : 0.01 * random.normal(),
    );
    const pairs = Array.from({ length: 3000 }, (): [number, number, number] => {
      const [a, b] = [random.integer(300), random.integer(300)];
      const margin = (2 * (values[2 * a + 1]! - values[2 * b + 1]!)) / 0.01;
      return [a, b, random.uniform() < 1 / (1 + Math.exp(-margin)) ? 1 : 0];
    });
    return {
      values,
      pairs,
      model: fitPreference({ source: "simulated", names: ["file size", "contrast"], values, pairs }, 0.01),
    };
  }

  it("scores images as the judge would choose, whatever the scales of the features", () => {
    const { values, pairs, model } = fitted();
    const [size, contrast] = model.features;
    expect(Math.abs(size!.weight)).toBeLessThan(MOST_Z * size!.standardError);
    // Truth 2 on the scale 0.01; the sample's own spread of 300 images differs from that by 4 %, the penalty pulls by 0.01 / 300.
    expect(Math.abs((contrast!.weight / contrast!.scale) * 0.01 - 2)).toBeLessThan(
      ((MOST_Z * contrast!.standardError) / contrast!.scale) * 0.01,
    );
    const scores = preferenceScores(model, values);
    const right = pairs.filter(([a, b, chosen]) => scores[a]! > scores[b]! === (chosen === 1)).length;
    expect(right / pairs.length).toBeGreaterThan(0.75);
    // A gap of scores is the log odds: the mean likelihood follows from them.
    const mean =
      pairs.reduce(
        (sum, [a, b, y]) => sum - Math.log1p(Math.exp((y === 1 ? -1 : 1) * (scores[a]! - scores[b]!))),
        0,
      ) / pairs.length;
    expectClose(model.meanLogLikelihood, mean, { relative: 1e-9 });
  });

  it("goes to a file and back without loss", () => {
    const { model } = fitted();
    expect(parsePreference(formatPreference(model))).toEqual({ ok: true, model });
  });

  it.each([
    ["", /must be JSON/],
    ['{"format": "etalon-preference", "vers', /complete/],
    ["[]", /must be an object/],
    ['{"format": "other"}', /format: must be "etalon-preference", got "other"/],
    ['{"format": "etalon-preference", "version": 2}', /version: must be 1, got 2/],
    ["x".repeat(1_000_001), /at most 1000000 characters/],
  ])("refuses %.40s", (text, message) => {
    const reading = parsePreference(text);
    expect(reading.ok ? "" : reading.problems.join("\n")).toMatch(message);
  });

  it("names every damaged field", () => {
    const good = JSON.parse(formatPreference(fitted().model)) as Record<string, unknown> & {
      features: Record<string, unknown>[];
    };
    const damaged = {
      ...good,
      pairs: "many",
      features: [
        { ...good.features[0], scale: 0 },
        { ...good.features[1], weight: null },
        { ...good.features[0] },
        7,
      ],
    };
    const reading = parsePreference(JSON.stringify(damaged));
    expect(reading.ok ? [] : reading.problems).toEqual([
      'preference.pairs: must be a number, got "many"',
      "preference.features[0].scale: must be positive, got 0",
      "preference.features[1].weight: must be a number, got null",
      'preference.features[2].name: must be different from those before, got "file size"',
      "preference.features[3]: must be an object, got 7",
    ]);
    expect(parsePreference(JSON.stringify({ ...good, features: [] })).ok).toBe(false);
    expect(parsePreference('{"format":"etalon-preference","version":1,"__proto__":{"source":"x"}}').ok).toBe(
      false,
    );
  });

  it("refuses images that do not exist and features that do not fit", () => {
    const { values, model } = fitted();
    expect(() => fitPreference({ source: "", names: ["a", "b"], values, pairs: [[0, 300, 1]] }, 1)).toThrow(
      /0 to 299, got 300/,
    );
    expect(() => preferenceScores(model, new Float64Array(3))).toThrow(/n x 2 numbers, got 3/);
  });
});
