import { expect, it } from "vitest";
import { createRandom, fillNormals, STEP_STREAM } from "../../src/math/philox.ts";
import type { StepCoefficients } from "../../src/diffusion/program.ts";
import type { Prediction, StepJob } from "../../src/engine/engine.ts";
import { describeEngines } from "../support/engines.ts";
import { expectClose, isClose } from "../support/numbers.ts";
import { F32, NORMAL_F32, NORMAL_F64, VP, setUp } from "../support/programs.ts";

const PREDICTIONS: readonly Prediction[] = ["eps", "x0", "v", "score"];

/** A step in the middle of a VP run: alpha and sigma both far from 0. */
const STEP: StepCoefficients = setUp({ process: VP, steps: 10, eta: 1.2 }).coefficients[6]!;
const ODE_STEP: StepCoefficients = setUp({ process: VP, steps: 10, eta: 0 }).coefficients[6]!;

function jobFor(prediction: Prediction, dim: number, particles: number, step = STEP): StepJob {
  const random = createRandom(3, dim);
  const draw = (): Float64Array =>
    Float64Array.from({ length: dim * particles }, () => Math.fround(random.normal()));
  return {
    dim,
    particles,
    x: draw(),
    modelOutput: draw(),
    prediction,
    step,
    seed: 9,
    stream: STEP_STREAM,
    stepIndex: 3,
  };
}

/** Mean of one coordinate and the sum of its terms' sizes, from the definitions in the house's symbols. */
function meanOf(
  job: Pick<StepJob, "prediction" | "step">,
  x: number,
  output: number,
): { mean: number; size: number } {
  const { alphaT: a, sigmaT: s, cx, c0 } = job.step;
  const x0Hat = {
    eps: (x - s * output) / a,
    x0: output,
    v: (a * x - s * output) / (a * a + s * s),
    score: (x + s * s * output) / a,
  }[job.prediction];
  const parts =
    job.prediction === "x0" ? Math.abs(output) : (Math.abs(x) + Math.abs(output)) / Math.min(a, 1);
  return { mean: cx * x + c0 * x0Hat, size: Math.abs(cx * x) + Math.abs(c0) * parts };
}

describeEngines("one step of any model", (engine, name) => {
  const exact = name.startsWith("cpu");
  const unit = exact ? 2 ** -53 : F32;
  const normalError = exact ? NORMAL_F64 : NORMAL_F32;

  for (const prediction of PREDICTIONS)
    for (const [dim, particles] of [
      [1, 300],
      [5, 70],
      [64, 33],
      [1000, 7],
      [16_384, 3],
    ] as const)
      it(`is mean + tau z with its log density, ${prediction} prediction, D = ${dim}`, async () => {
        const job = jobFor(prediction, dim, particles);
        const { next, logProb } = await engine().step(job);
        const z = new Float64Array(dim);
        for (let p = 0; p < particles; p++) {
          fillNormals(z, 0, { seed: job.seed, stream: job.stream }, p, job.stepIndex * dim, dim);
          let sum = 0;
          let allowed = 0;
          for (let i = 0; i < dim; i++) {
            const at = p * dim + i;
            const { mean, size } = meanOf(job, job.x[at]!, job.modelOutput[at]!);
            const absolute = 6 * unit * size + STEP.cz * (normalError + 4 * unit * Math.abs(z[i]!));
            expectClose(next[at]!, mean + STEP.cz * z[i]!, { absolute }, `next[${p}, ${i}]`);
            sum += z[i]! * z[i]!;
            allowed += Math.abs(z[i]!) * normalError + 0.5 * normalError ** 2;
          }
          const constant = dim * (Math.log(STEP.cz) + 0.5 * Math.log(2 * Math.PI));
          // Sums of up to 64 partial sums of up to 256 terms: 320 roundings at most, each of the running total.
          allowed += 320 * unit * sum + 8 * unit * Math.abs(constant);
          expectClose(logProb![p]!, -0.5 * sum - constant, { absolute: allowed }, `logProb[${p}]`);
        }
      });

  for (const prediction of PREDICTIONS)
    for (const dim of [1, 37, 16_384])
      it(`has the log density of given transitions, ${prediction} prediction, D = ${dim}`, async () => {
        const particles = 5;
        const job = jobFor(prediction, dim, particles);
        const random = createRandom(8, dim);
        const next = Float64Array.from({ length: dim * particles }, (_, at) => {
          const { mean } = meanOf(job, job.x[at]!, job.modelOutput[at]!);
          return Math.fround(mean + 1.7 * STEP.cz * random.normal());
        });
        const got = await engine().logProb({ ...job, next });
        for (let p = 0; p < particles; p++) {
          let sum = 0;
          let allowed = 0;
          for (let i = 0; i < dim; i++) {
            const at = p * dim + i;
            const { mean, size } = meanOf(job, job.x[at]!, job.modelOutput[at]!);
            const z = (next[at]! - mean) / STEP.cz;
            const zError = (6 * unit * (size + Math.abs(next[at]!))) / STEP.cz + 4 * unit * Math.abs(z);
            sum += z * z;
            allowed += Math.abs(z) * zError + zError * zError;
          }
          const constant = dim * (Math.log(STEP.cz) + 0.5 * Math.log(2 * Math.PI));
          allowed += 320 * unit * sum + 8 * unit * Math.abs(constant);
          expectClose(got[p]!, -0.5 * sum - constant, { absolute: allowed }, `logProb[${p}]`);
          // Control: a tau that is 0.1 % off changes the sum by D/1000 and more, which the tolerance must not hide.
          const off = -0.5 * (sum / 1.001 ** 2) - constant - dim * Math.log(1.001);
          if (dim > 1000) expect(isClose(got[p]!, off, { absolute: allowed })).toBe(false);
        }
      });

  it("without noise is the mean and has no density", async () => {
    const job = jobFor("eps", 4, 20, ODE_STEP);
    const { next, logProb } = await engine().step(job);
    expect(logProb).toBeNull();
    next.forEach((value, at) => {
      const { mean, size } = meanOf(job, job.x[at]!, job.modelOutput[at]!);
      expectClose(value, mean, { absolute: 6 * unit * size });
    });
    await expect(engine().logProb({ ...job, next })).rejects.toThrow(/density/);
  });

  it("draws its noise by step index and stream", async () => {
    const job = jobFor("x0", 8, 10);
    const first = await engine().step(job);
    const again = await engine().step(job);
    const later = await engine().step({ ...job, stepIndex: 4 });
    const elsewhere = await engine().step({ ...job, stream: 7 });
    expect(again.next).toEqual(first.next);
    for (const other of [later, elsewhere])
      expect(Array.from(other.next).filter((value, i) => value === first.next[i]).length).toBe(0);
  });

  it("refuses a prediction that determines nothing at alpha = 0", async () => {
    const job = jobFor("eps", 2, 3, { ...STEP, alphaT: 0 });
    await expect(engine().step(job)).rejects.toThrow(/alpha = 0/);
  });
});
