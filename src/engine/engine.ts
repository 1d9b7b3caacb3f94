/**
 * The one interface between experiments and devices. Two implementations, `cpu` (f64, workers) and `webgpu` (f32, WGSL),
 * pass one conformance suite. Jobs and results are plain data; nothing of a GPU crosses this border but the opaque
 * `DeviceView`.
 *
 * Random numbers are Philox 4x32-10 with key (seed, stream) and counter (particle, block, 0, 0): the same integers on
 * every engine, for every batch size. A particle has, in each stream, an endless row of normals; number j is lane j mod 4
 * of block floor(j / 4). The prior takes numbers i = 0 .. d-1 of PRIOR_STREAM; step k takes numbers k d + i of STEP_STREAM.
 * So a particle's noise never depends on eta, on the sampler or on the number of particles, and all arms of a job share
 * common random numbers.
 */
import type { SamplerProgram, StepCoefficients } from "../diffusion/program.ts";
import type { Histogram, ScalarSums, VectorSums } from "../measure/estimate.ts";
import type { RewardProgram } from "../rewards/program.ts";

/** What a user asks for: by itself the GPU, if it is a real one. */
export type EngineChoice = "auto" | "webgpu" | "cpu";

export interface EngineInfo {
  readonly kind: "cpu" | "webgpu";
  /** Name a person recognises: "CPU, 2 workers", "SwiftShader (software)", "NVIDIA H100". */
  readonly adapter: string;
  /** True if a "GPU" is really a software rasteriser. */
  readonly software: boolean;
  readonly precision: "f64" | "f32";
  /** Largest particle count a job may ask for. */
  readonly maxParticles: number;
}

export interface RunControl {
  readonly signal?: AbortSignal;
  /** Called with the done share, 0..1, at most every few ms; never after the promise has settled. */
  readonly onProgress?: (done: number) => void;
}

export interface HistogramRequest {
  readonly lo: readonly number[];
  readonly hi: readonly number[];
  readonly bins: readonly number[];
}

export interface ArmJob {
  readonly program: SamplerProgram;
  /** Index of the arm whose rewards are subtracted particle by particle, or null. May be any other arm of the job. */
  readonly baseline: number | null;
  /** Points about which sums are taken: near the expected mean, if known. [d] and scalar. */
  readonly shift?: { readonly x: Float64Array; readonly reward: number };
  readonly histogram?: HistogramRequest;
}

export interface MeasureJob {
  readonly particles: number;
  readonly seed: number;
  readonly reward: RewardProgram;
  readonly arms: readonly ArmJob[];
}

/**
 * A particle with a coordinate of this magnitude or more, or NaN, has diverged: it is left out of the sums and of the
 * histogram (counted in `outside`), and its reward counts as non-finite. Below it, fourth powers still fit f32.
 */
export const COORDINATE_LIMIT = 1e9;

export interface ArmResult {
  /** Over the particles that have not diverged; x.n tells how many. */
  readonly x: VectorSums;
  readonly reward: ScalarSums;
  /** Sums of reward(arm) - reward(baseline), paired by particle; null without baseline. */
  readonly difference: ScalarSums | null;
  readonly histogram: Histogram | null;
}

export interface MeasureResult {
  readonly arms: readonly ArmResult[];
}

/** Trajectories of a few particles, thinned to chosen steps. */
export interface RecordJob {
  readonly particles: number;
  readonly seed: number;
  readonly programs: readonly SamplerProgram[];
  /** Step indices to keep, ascending, from 0 (prior) to N (data); the same for all programs. */
  readonly frames: readonly number[];
}

/** Opaque handle to particles that live on a device; only `src/render` can draw it. */
export interface DeviceView {
  readonly device: unknown;
  /** GPUBuffer of f32 [frames, particles, d], or null. */
  readonly buffer: unknown;
}

export interface Recording {
  readonly dim: number;
  readonly particles: number;
  /** Times t of the frames. */
  readonly times: Float64Array;
  readonly arms: readonly {
    /** Device copy, if the engine has one. */
    readonly view: DeviceView | null;
    /** Values [frames, particles, d]; read from the device on first call. */
    read(): Promise<Float32Array>;
  }[];
  dispose(): void;
}

export type Prediction = "eps" | "x0" | "v" | "score";

/** One sampler step for any model output, D up to 16,384 dims per sample. */
export interface StepJob {
  readonly dim: number;
  readonly particles: number;
  /** [P, D] */
  readonly x: Float32Array | Float64Array;
  /** [P, D] model output at (x, t). */
  readonly modelOutput: Float32Array | Float64Array;
  readonly prediction: Prediction;
  readonly step: StepCoefficients;
  readonly seed: number;
  readonly stream: number;
  readonly stepIndex: number;
}

export interface StepResult {
  /** [P, D] */
  readonly next: Float64Array;
  /** [P] log density of the drawn step, summed over D, nats. NaN-free: null if the step is deterministic. */
  readonly logProb: Float64Array | null;
}

/** Log density of given transitions: x [P, D] at t, next [P, D] at s, under the Gaussian step of the model output. */
export interface LogProbJob extends Omit<StepJob, "seed" | "stream" | "stepIndex"> {
  readonly next: Float32Array | Float64Array;
}

export interface Engine {
  readonly info: EngineInfo;
  /** Runs all arms on common random numbers and returns sums. Rejects with AbortError when cancelled. */
  measure(job: MeasureJob, control?: RunControl): Promise<MeasureResult>;
  record(job: RecordJob, control?: RunControl): Promise<Recording>;
  /** Reward at given points, x [P, d] -> [P]. */
  rewards(reward: RewardProgram, x: Float64Array): Promise<Float64Array>;
  /** Random words of counters (first .. first + count - 1, block, 0, 0): [count, 4]. */
  bits(
    key: { seed: number; stream: number; block: number },
    first: number,
    count: number,
  ): Promise<Uint32Array>;
  /** Normals number `start` .. `start + dim - 1` of particles 0 .. P-1: [particles, dim]. */
  normals(
    key: { seed: number; stream: number; start: number },
    particles: number,
    dim: number,
  ): Promise<Float64Array>;
  step(job: StepJob): Promise<StepResult>;
  /** [P], summed over D, nats. */
  logProb(job: LogProbJob): Promise<Float64Array>;
  /** Settles when the engine can no longer be used, with the reason (device lost, worker crash). Never rejects. */
  readonly lost: Promise<string>;
  dispose(): void;
}
