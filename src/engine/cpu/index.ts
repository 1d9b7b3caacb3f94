/** The CPU engine: f64, in workers; the reference, and what a browser without WebGPU gets. */
import type { Engine, EngineInfo, MeasureJob, RecordJob } from "../engine.ts";
import { OPERATIONS } from "./operations.ts";
import { ThreadPool } from "./thread-pool.ts";
import { findThreads, startHere } from "./threads.ts";
import { checkTransition } from "./transition.ts";

export interface CpuEngineOptions {
  /** Number of workers; 0 runs in this thread in short slices. Left out: as many as the machine has cores for. */
  readonly workers?: number;
}

/** Largest particle count of a job: 10^7 take minutes. */
const MAX_PARTICLES = 10_000_000;

/** A CPU engine. Falls back to this thread where workers cannot start, which `info.adapter` says. */
export async function createCpuEngine(options: CpuEngineOptions = {}): Promise<Engine> {
  const { pool, workers } = await createPool(options.workers);
  const info: EngineInfo = {
    kind: "cpu",
    adapter: workers === 0 ? "CPU, no workers" : `CPU, ${workers} worker${workers > 1 ? "s" : ""}`,
    software: false,
    precision: "f64",
    maxParticles: MAX_PARTICLES,
  };
  return {
    info,
    lost: pool.lost,
    measure: async (job, control) => {
      checkMeasure(job);
      return pool.run({ name: "measure", job }, OPERATIONS.measure, job, control);
    },
    record: async (job, control) => {
      checkRecord(job);
      return pool.run({ name: "record", job }, OPERATIONS.record, job, control);
    },
    rewards: (reward, x) =>
      pool.run({ name: "rewards", job: { reward, x } }, OPERATIONS.rewards, { reward, x }),
    bits: (key, first, count) => {
      const job = { key, first, count };
      return pool.run({ name: "bits", job }, OPERATIONS.bits, job);
    },
    normals: (key, particles, dim) => {
      const job = { key, particles, dim };
      return pool.run({ name: "normals", job }, OPERATIONS.normals, job);
    },
    step: async (job) => {
      checkTransition(job);
      return pool.run({ name: "step", job }, OPERATIONS.step, job);
    },
    logProb: async (job) => {
      checkTransition(job);
      if (job.step.cz === 0)
        throw new RangeError(
          "logProb: the step must be noisy, got cz = 0; a deterministic step has no density",
        );
      return pool.run({ name: "logProb", job }, OPERATIONS.logProb, job);
    },
    dispose: () => pool.dispose(),
  };
}

async function createPool(wanted?: number): Promise<{ readonly pool: ThreadPool; readonly workers: number }> {
  if (wanted !== 0) {
    const threads = await findThreads();
    if (threads) {
      const workers = Math.max(1, wanted ?? threads.count);
      const pool = new ThreadPool(threads.start, workers);
      if (await pool.settled()) return { pool, workers };
    }
  }
  return { pool: new ThreadPool(startHere, 1), workers: 0 };
}

function checkParticles(where: string, particles: number): void {
  if (!Number.isInteger(particles) || particles < 1 || particles > MAX_PARTICLES)
    throw new RangeError(
      `${where}.particles: must be an integer from 1 to ${MAX_PARTICLES}, got ${particles}; choose fewer particles`,
    );
}

function checkMeasure(job: MeasureJob): void {
  checkParticles("measure", job.particles);
  const dims = new Set([job.reward.dim, ...job.arms.map((arm) => arm.program.dim)]);
  if (dims.size !== 1)
    throw new RangeError(`measure.arms: must share the reward's dimension, got ${[...dims].join(", ")}`);
  job.arms.forEach(({ baseline }, a) => {
    if (baseline !== null && (baseline === a || !job.arms[baseline]))
      throw new RangeError(`measure.arms[${a}].baseline: must be another arm or null, got ${baseline}`);
  });
}

function checkRecord(job: RecordJob): void {
  checkParticles("record", job.particles);
  if (new Set(job.programs.map((program) => program.dim)).size !== 1)
    throw new RangeError("record.programs: must share one dimension");
  if (
    job.frames.some((frame, i) => !Number.isInteger(frame) || frame < 0 || frame <= (job.frames[i - 1] ?? -1))
  )
    throw new RangeError(`record.frames: must be ascending step indices, got ${job.frames.join(", ")}`);
}
