/**
 * What the general bound needs of the network, measured by sampling alone. Each image is drawn by the ODE, then noised forward
 * step by step; on the way the network is asked for the clean image. The forward chain x_t = (1 - t) x_0 + t eps is a job
 * like any other: x_u = a x_t + b z with a = (1 - u) / (1 - t), b^2 = u^2 - a^2 t^2, in which a student is asked for the
 * time t itself.
 */
import type { StepCoefficients } from "../../diffusion/program.ts";
import { type ImageEngine, IMAGE_SIZE } from "../../engine/image-engine.ts";
import type { Estimate, ScalarSums } from "../../measure/estimate.ts";
import { addScalar, emptyScalarSums, meanEstimate } from "../../measure/scalar-sums.ts";
import type { ImageSpec } from "../../spec/images/types.ts";
import type { SweepControl } from "./cells.ts";
import { completedJob, imageCoefficients, jobBase } from "./plan.ts";

/** Times at which the network is asked. */
export const PROBE_TIMES = [0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99] as const;
/** Steps of the ODE that draws the images. */
export const REFERENCE_STEPS = 16;

/** The network at one time. */
export interface ProbePoint {
  readonly t: number;
  /** |x0Hat - x_0|^2, data units squared: at least the squared error of x0Hat, for it holds the spread of x_0 given x_t. */
  readonly errorSq: Estimate;
  /** Largest <x0Hat(x) - x0Hat(y), x - y> / |x - y|^2 over the pairs: a lower estimate of the slope. */
  readonly slope: number;
  readonly pairs: number;
}

export interface Probe {
  readonly points: readonly ProbePoint[];
  /** |x_0|^2, data units squared. */
  readonly sizeSq: Estimate;
}

interface Tally {
  errorSq: ScalarSums;
  slope: number;
  pairs: number;
}

/** Images computed together, and paired among each other. */
const BATCH = 16;

/** Coefficients: REFERENCE_STEPS to the image, then forward through all times; one more step, so that the last is asked too. */
export function probeCoefficients(spec: ImageSpec): StepCoefficients[] {
  const plain = { ...spec, sampler: { ...spec.sampler, grid: { kind: "uniform" } as const } };
  const down = imageCoefficients({ ...plain, sampler: constant(plain.sampler) }, 0, REFERENCE_STEPS);
  const stops = [0, ...PROBE_TIMES];
  const up = stops.slice(1).map((u, i) => forwardStep(stops[i] ?? 0, u));
  const last = stops.at(-1) ?? 0;
  return [...down, ...up, forwardStep(last, last)];
}

function constant(sampler: ImageSpec["sampler"]): ImageSpec["sampler"] {
  return { ...sampler, schedule: { kind: "constant" } };
}

function forwardStep(t: number, u: number): StepCoefficients {
  const a = (1 - u) / (1 - t);
  return {
    t,
    s: u,
    alphaT: 1 - t,
    sigmaT: t,
    alphaS: 1 - u,
    sigmaS: u,
    eta: 0,
    cx: a,
    c0: 0,
    cz: Math.sqrt(Math.max(0, u * u - a * a * t * t)),
    corrector: null,
  };
}

export interface ProbeControl extends Pick<SweepControl, "signal" | "onProgress"> {
  /** Done share 0..1 and what is measured so far. */
  readonly onBatch?: (done: number, probe: Probe) => void;
}

/** Measures the network of a specification under its prompt. Rejects with AbortError when cancelled. */
export async function probeNetwork(
  engine: ImageEngine,
  spec: ImageSpec,
  control: ProbeControl = {},
): Promise<Probe> {
  const { images } = spec.evaluation;
  const frames = Array.from({ length: PROBE_TIMES.length + 2 }, (_, i) => REFERENCE_STEPS + i);
  const arms = [{ coefficients: probeCoefficients(spec), frames }];
  const tallies = PROBE_TIMES.map((): Tally => ({ errorSq: emptyScalarSums(0), slope: -Infinity, pairs: 0 }));
  let sizeSq = emptyScalarSums(0);
  const soFar = (): Probe => ({
    points: tallies.map(({ errorSq, slope, pairs }, i) => ({
      t: PROBE_TIMES[i] ?? NaN,
      errorSq: meanEstimate(errorSq),
      slope,
      pairs,
    })),
    sizeSq: meanEstimate(sizeSq),
  });
  for (let first = 0; first < images; first += BATCH) {
    const count = Math.min(BATCH, images - first);
    const job = completedJob(spec, { ...jobBase(spec), first, count, arms, rewards: [] });
    const [arm] = await engine.run(job, {
      ...(control.signal ? { signal: control.signal } : {}),
      onProgress: (share) => control.onProgress?.((first + share * count) / images),
    });
    if (!arm) throw new Error("probeNetwork: internal: an arm must come back");
    const frame = (all: Float32Array, k: number) =>
      all.subarray(k * count * IMAGE_SIZE, (k + 1) * count * IMAGE_SIZE);
    const clean = frame(arm.states, 0);
    for (let i = 0; i < count; i++) sizeSq = addScalar(sizeSq, distanceSq(clean, null, i, i));
    tallies.forEach((tally, k) => {
      const [x, guess] = [frame(arm.states, k + 1), frame(arm.predictions, k + 1)];
      for (let i = 0; i < count; i++) {
        tally.errorSq = addScalar(tally.errorSq, distanceSq(guess, clean, i, i));
        for (let j = 0; j < i; j++) {
          tally.slope = Math.max(tally.slope, pairSlope(x, guess, i, j));
          tally.pairs++;
        }
      }
    });
    control.onBatch?.((first + count) / images, soFar());
  }
  return soFar();
}

/** |a_i - b_j|^2 of images in two rows; without b, |a_i|^2. */
function distanceSq(a: Float32Array, b: Float32Array | null, i: number, j: number): number {
  let sum = 0;
  for (let p = 0; p < IMAGE_SIZE; p++)
    sum += ((a[i * IMAGE_SIZE + p] ?? NaN) - (b === null ? 0 : (b[j * IMAGE_SIZE + p] ?? NaN))) ** 2;
  return sum;
}

/** <f_i - f_j, x_i - x_j> / |x_i - x_j|^2 */
function pairSlope(x: Float32Array, f: Float32Array, i: number, j: number): number {
  let [product, square] = [0, 0];
  for (let p = 0; p < IMAGE_SIZE; p++) {
    const dx = (x[i * IMAGE_SIZE + p] ?? NaN) - (x[j * IMAGE_SIZE + p] ?? NaN);
    product += dx * ((f[i * IMAGE_SIZE + p] ?? NaN) - (f[j * IMAGE_SIZE + p] ?? NaN));
    square += dx * dx;
  }
  return product / square;
}
