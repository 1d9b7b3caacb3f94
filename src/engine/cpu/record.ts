/** Trajectories of a few particles at chosen steps. */
import { PRIOR_STREAM, STEP_STREAM } from "../../math/philox.ts";
import type { SamplerProgram } from "../../diffusion/program.ts";
import type { RecordJob, Recording } from "../engine.ts";
import { DenoiserCache, createArm } from "./arm.ts";
import { NormalRows } from "./normals.ts";
import type { Gatherer, Operation, Slices } from "./operation.ts";

const UNIT_PARTICLES = 256;

export const recordOperation: Operation<RecordJob, Recording> = {
  units: (job) => Math.ceil(job.particles / UNIT_PARTICLES),
  unitNs: (job) => UNIT_PARTICLES * job.programs.reduce((sum, p) => sum + p.steps * p.dim * 50, 0),
  open: (job) => (firstUnit, units) => runRecord(job, firstUnit, units),
  gather: gatherRecord,
};

/** A part holds one array per program: [units][frames, count of the unit, d], unit after unit. */
function* runRecord(job: RecordJob, firstUnit: number, units: number): Slices {
  const dim = job.programs[0]?.dim ?? 1;
  const first = firstUnit * UNIT_PARTICLES;
  const total = Math.min(job.particles, first + units * UNIT_PARTICLES) - first;
  const denoisers = new DenoiserCache(UNIT_PARTICLES);
  const prior = new NormalRows({ seed: job.seed, stream: PRIOR_STREAM }, dim, UNIT_PARTICLES);
  const noise = new NormalRows({ seed: job.seed, stream: STEP_STREAM }, dim, UNIT_PARTICLES);
  const parts: Float32Array<ArrayBuffer>[] = [];
  for (const program of job.programs) {
    const arm = createArm(program, UNIT_PARTICLES, denoisers);
    const out = new Float32Array(job.frames.length * total * dim);
    let at = 0;
    for (let from = first; from < first + total; from += UNIT_PARTICLES) {
      const count = Math.min(UNIT_PARTICLES, first + total - from);
      prior.choose(from, count);
      noise.choose(from, count);
      arm.start(prior.at(0), count);
      let k = 0;
      for (const frame of job.frames) {
        for (; k < Math.min(frame, arm.steps); k++) {
          arm.advance(k, noise.at(k * dim), count);
          yield;
        }
        writeFrame(out, at, arm.positions(count), dim, count);
        at += count * dim;
      }
    }
    parts.push(out);
  }
  return parts;
}

function writeFrame(out: Float32Array, at: number, x: Float64Array, dim: number, count: number): void {
  for (let i = 0; i < dim; i++)
    for (let p = 0; p < count; p++) out[at + p * dim + i] = x[i * UNIT_PARTICLES + p] as number;
}

function gatherRecord(job: RecordJob): Gatherer<Recording> {
  const dim = job.programs[0]?.dim ?? 1;
  const frames = job.frames.length;
  const values = job.programs.map(() => new Float32Array(frames * job.particles * dim));
  return {
    add(part, firstUnit) {
      part.forEach((rows, arm) => {
        let at = 0;
        for (let from = firstUnit * UNIT_PARTICLES; at < rows.length; from += UNIT_PARTICLES) {
          const count = Math.min(UNIT_PARTICLES, job.particles - from);
          for (let f = 0; f < frames; f++, at += count * dim)
            values[arm]?.set(rows.subarray(at, at + count * dim), (f * job.particles + from) * dim);
        }
      });
    },
    finish: () => ({
      dim,
      particles: job.particles,
      times: Float64Array.from(job.frames, (k) => frameTime(job.programs[0], k)),
      arms: values.map((array) => ({ view: null, read: () => Promise.resolve(array) })),
      dispose: () => undefined,
    }),
  };
}

/** t[k] of a program's grid. */
function frameTime(program: SamplerProgram | undefined, k: number): number {
  if (!program) return NaN;
  if (program.kind === "linear") return program.times[k] ?? NaN;
  return program.coefficients[k]?.t ?? program.coefficients.at(-1)?.s ?? NaN;
}
