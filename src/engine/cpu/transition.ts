/** One step of any model's output and the log density of a step, for many dimensions per particle. */
import type { LogProbJob, Prediction, StepJob, StepResult } from "../engine.ts";
import { RowNormals } from "./normals.ts";
import type { Gatherer, Operation } from "./operation.ts";

/** Values per unit of particles: a few milliseconds of work. */
const UNIT_VALUES = 1 << 17;

type Transition = Omit<StepJob, "seed" | "stream" | "stepIndex">;

function unitParticles({ dim }: Transition): number {
  return Math.max(1, Math.floor(UNIT_VALUES / dim));
}

/**
 * The step's mean is fx x + fo output, whatever the model predicts:
 * x0Hat = output; (x - sigma output)/alpha; (alpha x - sigma output)/(alpha^2 + sigma^2); (x + sigma^2 output)/alpha.
 */
function meanFactors(prediction: Prediction, { step }: Transition): readonly [fx: number, fo: number] {
  const { alphaT: alpha, sigmaT: sigma, cx, c0 } = step;
  const V = alpha * alpha + sigma * sigma;
  switch (prediction) {
    case "x0":
      return [cx, c0];
    case "eps":
      return [cx + c0 / alpha, (-c0 * sigma) / alpha];
    case "v":
      return [cx + (c0 * alpha) / V, (-c0 * sigma) / V];
    case "score":
      return [cx + c0 / alpha, (c0 * sigma * sigma) / alpha];
  }
}

/** Refuses what has no meaning: two-stage steps, and predictions that determine nothing at alpha = 0. */
export function checkTransition(job: Transition): void {
  if (job.step.corrector)
    throw new RangeError(
      "step: must be a one-stage step, got one with a corrector; it needs the model twice, use measure",
    );
  if (job.step.alphaT === 0 && (job.prediction === "eps" || job.prediction === "score"))
    throw new RangeError(
      `step: prediction ${job.prediction} determines no x0 where alpha = 0; use "x0" or "v" there, or start below T`,
    );
  for (const array of [job.x, job.modelOutput])
    if (array.length !== job.particles * job.dim)
      throw new RangeError(
        `step: arrays must be [particles, dim] = ${job.particles * job.dim} long, got ${array.length}`,
      );
}

const HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);

export const stepOperation: Operation<StepJob, StepResult> = {
  units: (job) => Math.ceil(job.particles / unitParticles(job)),
  unitNs: () => UNIT_VALUES * 30,
  open: (job) =>
    function* (firstUnit, units) {
      const { dim, x, modelOutput, step, seed, stream, stepIndex } = job;
      const unit = unitParticles(job);
      const first = firstUnit * unit;
      const count = Math.min(job.particles, first + units * unit) - first;
      const next = new Float64Array(count * dim);
      const logProb = new Float64Array(count);
      const z = new Float64Array(dim);
      const rows = new RowNormals({ seed, stream });
      const [fx, fo] = meanFactors(job.prediction, job);
      const { cz } = step;
      const constant = -dim * (Math.log(cz) + HALF_LOG_2PI);
      for (let p = 0; p < count; p++) {
        const from = (first + p) * dim;
        if (cz !== 0) rows.fill(z, 0, first + p, stepIndex * dim, dim);
        let sumSq = 0;
        for (let i = 0; i < dim; i++) {
          const zi = z[i] as number;
          next[p * dim + i] = fx * (x[from + i] as number) + fo * (modelOutput[from + i] as number) + cz * zi;
          sumSq += zi * zi;
        }
        logProb[p] = constant - 0.5 * sumSq;
        if (p % unit === unit - 1) yield;
      }
      return [next, logProb];
    },
  gather: gatherStep,
};

function gatherStep(job: StepJob): Gatherer<StepResult> {
  const unit = unitParticles(job);
  const next = new Float64Array(job.particles * job.dim);
  const logProb = new Float64Array(job.particles);
  return {
    add([nextPart, logPart], firstUnit) {
      if (nextPart) next.set(nextPart, firstUnit * unit * job.dim);
      if (logPart) logProb.set(logPart, firstUnit * unit);
    },
    finish: () => ({ next, logProb: job.step.cz === 0 ? null : logProb }),
  };
}

export const logProbOperation: Operation<LogProbJob, Float64Array> = {
  units: (job) => Math.ceil(job.particles / unitParticles(job)),
  unitNs: () => UNIT_VALUES * 4,
  open: (job) =>
    function* (firstUnit, units) {
      const { dim, x, modelOutput, next, step } = job;
      const unit = unitParticles(job);
      const first = firstUnit * unit;
      const logProb = new Float64Array(Math.min(job.particles, first + units * unit) - first);
      const [fx, fo] = meanFactors(job.prediction, job);
      const precision = 1 / (step.cz * step.cz);
      const constant = -dim * (Math.log(step.cz) + HALF_LOG_2PI);
      for (let p = 0; p < logProb.length; p++) {
        const from = (first + p) * dim;
        let sumSq = 0;
        for (let i = from; i < from + dim; i++) {
          const miss = (next[i] as number) - fx * (x[i] as number) - fo * (modelOutput[i] as number);
          sumSq += miss * miss;
        }
        logProb[p] = constant - 0.5 * precision * sumSq;
        if (p % unit === unit - 1) yield;
      }
      return [logProb];
    },
  gather: (job) => {
    const unit = unitParticles(job);
    const all = new Float64Array(job.particles);
    return {
      add([part], firstUnit) {
        if (part) all.set(part, firstUnit * unit);
      },
      finish: () => all,
    };
  },
};
