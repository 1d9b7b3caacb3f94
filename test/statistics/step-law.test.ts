/**
 * The exact N-step law of theory against Monte Carlo, over 200 random set-ups on every engine. Each set-up compares d means
 * and d (d + 1)/2 covariances at 4.5 standard errors: about 1,000 comparisons, each of which fails by chance once in 150,000,
 * so a run of correct code fails once in 150. The seeds are fixed; with them it passes.
 */
import { expect, it } from "vitest";
import { createRandom, type Random } from "../../src/math/philox.ts";
import { createProcess, type ProcessParameters } from "../../src/diffusion/processes/index.ts";
import { samplerRefusal, type SamplerKind } from "../../src/diffusion/coefficients.ts";
import { createGrid, type GridParameters } from "../../src/diffusion/grid.ts";
import type { LinearProgram } from "../../src/diffusion/program.ts";
import { covarianceEstimates, meanEstimates } from "../../src/measure/vector-sums.ts";
import type { Estimate } from "../../src/measure/estimate.ts";
import { stepGaussianLaw } from "../../src/theory/gaussian-steps.ts";
import { describeEngines } from "../support/engines.ts";
import { MOST_Z } from "../support/numbers.ts";
import { gaussianArm, setUp, type SamplerSetup } from "../support/programs.ts";

const SETUPS = 200;
/** Arms of one job share noise and dimension. */
const ARMS = 10;
const PARTICLES = 3000;

interface Case {
  readonly setup: SamplerSetup;
  readonly program: LinearProgram;
  readonly mean: Float64Array;
  readonly cov: Float64Array;
}

function choose<T>(random: Random, list: readonly T[]): T {
  return list[random.integer(list.length)]!;
}

function between(random: Random, lo: number, hi: number): number {
  return lo + (hi - lo) * random.uniform();
}

function randomProcess(random: Random): ProcessParameters {
  const beta = choose(random, [
    { kind: "linear", min: between(random, 0.05, 1), max: between(random, 3, 20) },
    { kind: "constant", value: between(random, 0.5, 5) },
    { kind: "cosine", offset: 0.008 },
  ] as const);
  return choose<ProcessParameters>(random, [
    { kind: "ve", T: between(random, 1, 20) },
    { kind: "vp", beta, T: 1 },
    { kind: "sub-vp", beta, T: 1 },
    { kind: "flow", T: 1 },
    {
      kind: "contractive-ou",
      theta: between(random, 0.3, 1),
      noise: between(random, 0.5, 2),
      T: between(random, 1, 3),
    },
  ]);
}

function randomSetup(random: Random): SamplerSetup {
  for (;;) {
    const setup = {
      process: randomProcess(random),
      kind: choose<SamplerKind>(random, ["gddim", "gddim", "gddim", "ddim", "heun", "euler-maruyama"]),
      grid: choose<GridParameters>(random, [
        { kind: "uniform" },
        { kind: "power", power: between(random, 1, 4) },
      ]),
      steps: 1 + random.integer(24),
      eta: choose(random, [0, 0.3, 1, 1.2, between(random, 0, 3), 50]),
    };
    const process = createProcess(setup.process);
    const grid = createGrid(setup.grid, process, setup.steps);
    if (samplerRefusal(setup.kind, process, grid, new Float64Array(setup.steps).fill(setup.eta)) === null)
      return setup;
  }
}

/** A set-up with a law whose N-step result is of ordinary size: solvers may blow up on few steps, which is not the subject. */
function randomCase(random: Random, d: number): Case {
  for (;;) {
    const setup = randomSetup(random);
    const mean = Float64Array.from({ length: d }, () => 2 * random.normal());
    const factor = Float64Array.from({ length: d * d }, () => 0.7 * random.normal());
    const cov = Float64Array.from({ length: d * d }, (_, ij) => {
      const [i, j] = [Math.floor(ij / d), ij % d];
      let sum = 0;
      for (let l = 0; l < d; l++) sum += factor[i * d + l]! * factor[j * d + l]!;
      return sum;
    });
    const { process, coefficients } = setUp(setup);
    const law = stepGaussianLaw({ mean, cov, coefficients, priorStd: process.priorStd });
    const largest = Math.max(...law.mean.map(Math.abs), ...law.cov.map(Math.abs));
    if (largest < 1e4)
      return { setup, program: gaussianArm([...mean], cov, setup), mean: law.mean, cov: law.cov };
  }
}

const CASES: readonly (readonly Case[])[] = (() => {
  const random = createRandom(20_251_122, 3);
  return Array.from({ length: SETUPS / ARMS }, (_, batch) => {
    const d = 1 + (batch % 3);
    return Array.from({ length: ARMS }, () => randomCase(random, d));
  });
})();

/** Distance in standard errors. A law without variance is met up to rounding, which has no standard error. */
function distance(e: Estimate, truth: number, scale: number): number {
  const rounding = 1e-5 * (Math.abs(truth) + scale);
  return Math.max(0, Math.abs(e.value - truth) - rounding) / Math.max(e.se, 1e-300);
}

describeEngines("the N-step law against Monte Carlo", (engine) => {
  it(`agrees in mean and covariance over ${SETUPS} random set-ups`, async () => {
    let compared = 0;
    let beyondTwo = 0;
    let changedSeen = 0;
    for (const [batch, cases] of CASES.entries()) {
      const d = cases[0]!.program.dim;
      const result = await engine().measure({
        particles: PARTICLES,
        seed: 100 + batch,
        reward: { kind: "linear", dim: d, weights: new Float64Array(d), offset: 0 },
        arms: cases.map(({ program, mean }) => ({ program, baseline: null, shift: { x: mean, reward: 0 } })),
      });
      cases.forEach(({ setup, mean, cov }, a) => {
        const sums = result.arms[a]!.x;
        const means = meanEstimates(sums);
        const covs = covarianceEstimates(sums);
        const std = Math.sqrt(Math.max(...cov.map(Math.abs)));
        const where = `${JSON.stringify(setup)}, batch ${batch}, arm ${a}`;
        for (let i = 0; i < d; i++) {
          const z = distance(means[i]!, mean[i]!, std);
          expect(z, `mean[${i}] of ${where}`).toBeLessThan(MOST_Z);
          compared++;
          if (z > 2) beyondTwo++;
          for (let j = i; j < d; j++) {
            const zCov = distance(covs[i]![j]!, cov[i * d + j]!, std * std);
            expect(zCov, `cov[${i}][${j}] of ${where}`).toBeLessThan(MOST_Z);
            compared++;
            if (zCov > 2) beyondTwo++;
          }
        }
        // Control: a mean half a standard deviation off, as a wrong coefficient may give, is far outside.
        if (distance(means[0]!, mean[0]! + 0.5 * Math.sqrt(covs[0]![0]!.value), std) > MOST_Z) changedSeen++;
      });
    }
    expect(compared).toBeGreaterThan(900);
    // Beyond 2 standard errors lie 4.6 %. Comparisons on one job's noise are correlated, hence the wide limits.
    expect(beyondTwo / compared).toBeLessThan(0.12);
    expect(beyondTwo / compared).toBeGreaterThan(0.005);
    expect(changedSeen).toBeGreaterThan(0.9 * SETUPS);
  }, 300_000);
});
