import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { initialParameters } from "../../src/alignment/network-shape.ts";
import { ROOT } from "../../src/cli/launch/paths.mjs";
import { mixtureMoments, sampleMixture } from "../../src/diffusion/mixture.ts";
import { createTrainingEngine } from "../../src/engine/training/local.ts";
import { nodeParts } from "../../src/engine/training/node-parts.ts";
import { shippedWeights } from "../../src/engine/training/shipped.ts";
import type { PolicyArm, TrainingEngine, PointProblem } from "../../src/engine/training-engine.ts";
import { modelLaw } from "../../src/experiments/model-law.ts";
import { meanEstimates } from "../../src/measure/vector-sums.ts";
import { TRAINING_DEFAULTS } from "../../src/spec/training/defaults.ts";
import { POINTS_MODELS } from "../generate/points-laws.ts";
import { momentsOf } from "./problems.ts";
import { slicedDistance } from "../support/sliced-distance.ts";

const FOLDER = join(ROOT, "public/models/points");
const read = async (name: string) => new Uint8Array(await readFile(join(FOLDER, name)));
const COUNT = 1024;

const ARMS: readonly PolicyArm[] = [
  { noise: { kind: "ode" }, steps: 25, grid: { kind: "uniform" }, baseline: null },
  { noise: { kind: "gddim", eta: 1 }, steps: 25, grid: { kind: "uniform" }, baseline: null },
];

let engine: TrainingEngine;
beforeAll(async () => {
  engine = await createTrainingEngine(await nodeParts());
});

/** The shape with two moons and the one-dimensional mixture: the others were measured when they were made. */
const CHECKED = POINTS_MODELS.filter(({ name }) => name === "moons" || name === "mixture");

describe.each(CHECKED)("The weights that ship for $name", ({ name, model, process }) => {
  const { network } = TRAINING_DEFAULTS;
  const law = modelLaw(model);
  const problem: PointProblem = { law, process, network, rewards: [] };
  const weights = () => shippedWeights(read, law.dim, { model, process, network });

  it("have the score error that their manifest tells", async () => {
    const parameters = (await weights())?.parameters ?? new Float64Array(0);
    const told = JSON.parse(new TextDecoder().decode(await read(`${name}.json`))) as {
      scoreError: { t: number; relative: number }[];
    };
    const found = await engine.scoreError(problem, parameters);
    // The same samples; at the noisy end errors of 1e-8 are near the rounding of f32, so they are compared in full.
    found.forEach(({ t, relative }, level) => {
      expect(t).toBeCloseTo(told.scoreError[level]?.t ?? NaN, 12);
      const expected = told.scoreError[level]?.relative ?? NaN;
      expect(Math.abs(relative - expected)).toBeLessThan(1e-3 * expected + 1e-8);
    });
  });

  it("sample the law as well as they did, and untrained ones do not", async () => {
    const parameters = (await weights())?.parameters ?? new Float64Array(0);
    const measured = (row: Float64Array, arms: readonly PolicyArm[]) =>
      engine.measure({
        problem,
        parameters: row,
        reference: null,
        arms,
        particles: COUNT,
        seed: 3,
        heldOut: null,
      });
    const draws = sampleMixture(law, COUNT, 4);
    const own = slicedDistance(sampleMixture(law, COUNT, 5), draws, law.dim);
    const { mean } = mixtureMoments(law);
    for (const arm of await measured(parameters, ARMS)) {
      expect(slicedDistance(Float64Array.from(arm.samples), draws, law.dim)).toBeLessThan(2.5 * own);
      // A finished network's mean is near, not exact: a tenth of a unit is the most that 4,000 steps left.
      meanEstimates(momentsOf(arm)).forEach(({ value }, i) =>
        expect(Math.abs(value - (mean[i] ?? NaN))).toBeLessThan(0.1),
      );
    }
    const [untrained] = await measured(initialParameters({ dim: law.dim, ...network }, 1), ARMS.slice(0, 1));
    expect(slicedDistance(Float64Array.from(untrained?.samples ?? []), draws, law.dim)).toBeGreaterThan(
      4 * own,
    );
  });
});
