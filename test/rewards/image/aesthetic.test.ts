import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  aestheticScores,
  PREFERENCE_FEATURES,
  preferenceFeatures,
  preferenceProblem,
} from "../../../src/rewards/image/aesthetic.ts";
import { imageRewards } from "../../../src/rewards/image/evaluate.ts";
import { IMAGE_SIZE } from "../../../src/rewards/image/pixels.ts";
import { parsePreference, type PreferenceModel } from "../../../src/rewards/image/preference.ts";

/** A white image and one with a black left half, in [-1, 1]. */
function images(): Float32Array {
  const both = new Float32Array(2 * IMAGE_SIZE).fill(1);
  for (let i = 0; i < IMAGE_SIZE; i++) if (i % 32 < 16) both[IMAGE_SIZE + i] = -1;
  return both;
}

const MODEL: PreferenceModel = {
  source: "a test",
  pairs: 10,
  ridge: 0.01,
  meanLogLikelihood: -0.5,
  features: [
    { name: "contrast", mean: 5, scale: 2, weight: 0.7, standardError: 0.1 },
    { name: "symmetry", mean: 0.5, scale: 0.25, weight: -1, standardError: 0.1 },
  ],
};

describe("The aesthetic reward", () => {
  it("is the weighted sum of standardised rewards", () => {
    const contrast = imageRewards({ kind: "contrast" }, images());
    const symmetry = imageRewards({ kind: "symmetry" }, images());
    const scores = aestheticScores(MODEL, images());
    for (const i of [0, 1]) {
      const expected = (0.7 * ((contrast[i] ?? 0) - 5)) / 2 - ((symmetry[i] ?? 0) - 0.5) / 0.25;
      expect(scores[i]).toBeCloseTo(expected, 12);
    }
    // The control: the two images are told apart.
    expect(scores[0]).not.toBeCloseTo(scores[1] ?? NaN, 3);
  });

  it("lays features out image by image", () => {
    const values = preferenceFeatures(["symmetry", "smoothness"], images());
    expect(values[2]).toBe(imageRewards({ kind: "symmetry" }, images())[1]);
    expect(values[1]).toBe(imageRewards({ kind: "smoothness" }, images())[0]);
  });

  it("has no value for an image with a NaN", () => {
    const broken = images();
    broken[IMAGE_SIZE + 5] = NaN;
    const scores = aestheticScores(MODEL, broken);
    expect(scores[0]).not.toBeNaN();
    expect(scores[1]).toBeNaN();
  });

  it("names a feature that it does not know", () => {
    const odd = { ...MODEL, features: [{ ...MODEL.features[0], name: "charm" }] } as PreferenceModel;
    expect(preferenceProblem(odd)).toContain('"charm"');
    expect(preferenceProblem(MODEL)).toBeNull();
  });

  it("ships with a model that can be read, says whose choices it was fitted to and beats a coin", () => {
    const text = readFileSync(
      new URL("../../../public/models/glyphs/aesthetic.json", import.meta.url),
      "utf8",
    );
    const reading = parsePreference(text);
    if (!reading.ok) throw new Error(reading.problems.join());
    expect(preferenceProblem(reading.model)).toBeNull();
    expect(reading.model.features.map(({ name }) => name)).toEqual([...PREFERENCE_FEATURES]);
    expect(reading.model.source).toMatch(/\d+ pairs/);
    expect(reading.model.meanLogLikelihood).toBeGreaterThan(Math.log(1 / 2));
  });
});
