/**
 * What surrounds the network: its inputs from (x, t), and x0Hat from its output. With V = alpha^2 + sigma^2, the variance of
 * x_t for data of variance 1, and o the output [Karras22, table 1, with data of variance 1]:
 *
 *     input   x / sqrt(V), the time features
 *     eps     x0Hat = (x - sigma o) / alpha                        o stands for eps
 *     x0      x0Hat = o
 *     v       x0Hat = alpha x / V - sigma o / sqrt(V)              o stands for (alpha eps - sigma x_0) / sqrt(V)
 *
 * So `v` is the v of [Salimans22] where V = 1 (VP) and keeps unit variance on every other process; it is defined at every t,
 * alpha = 0 included. `eps` determines nothing where alpha = 0 and is refused there.
 */
import type { Process } from "../diffusion/process.ts";
import { TIME_FEATURES } from "./network-shape.ts";
import type { NetworkShape } from "./policy-network.ts";

/** log-SNR is clamped to this range before the network sees it; pretraining covers what the process has of it. */
export const LOG_SNR_RANGE = [-10, 10] as const;

/** Rows for the network and the lines that lead back: x0Hat = skip x + out o. */
export interface NetworkRows {
  readonly count: number;
  /** [n, d + TIME_FEATURES] */
  readonly inputs: Float64Array;
  /** [n]: input i < d is scale x_i. */
  readonly scale: Float64Array;
  /** [n] */
  readonly skip: Float64Array;
  /** [n] */
  readonly out: Float64Array;
}

/** What of the rows leads from outputs to x0Hat and back. */
export type OutputLines = Pick<NetworkRows, "count" | "skip" | "out">;

/** Why this prediction has no meaning on the process, in one line, or null if it has. */
export function predictionRefusal(prediction: NetworkShape["prediction"], process: Process): string | null {
  if (prediction !== "eps" || process.alpha(process.T) > 0) return null;
  return (
    `prediction: must determine x0 at every time, got "eps" on the process ${process.kind}, whose signal is 0 at T = ${process.T}; ` +
    'choose "v" or "x0", or a smaller T'
  );
}

/** Rows of states x [n, d] at times t [n]. Throws RangeError for lengths that differ and for eps where alpha = 0. */
export function networkRows(
  process: Process,
  { dim, prediction }: NetworkShape,
  x: Float64Array,
  t: Float64Array,
): NetworkRows {
  const count = t.length;
  if (x.length !== count * dim)
    throw new RangeError(
      `network: x must be [n, d] = ${count} x ${dim} numbers for ${count} times, got ${x.length}; give each state its time`,
    );
  const width = dim + TIME_FEATURES;
  const rows: NetworkRows = {
    count,
    inputs: new Float64Array(count * width),
    scale: new Float64Array(count),
    skip: new Float64Array(count),
    out: new Float64Array(count),
  };
  // Rollouts and their updates hold many rows of few times.
  const levels = new Map<number, TimeLevel>();
  for (let n = 0; n < count; n++) {
    const time = t[n] as number;
    const level = levels.get(time) ?? timeLevel(process, prediction, time);
    levels.set(time, level);
    rows.scale[n] = level.scale;
    rows.skip[n] = level.skip;
    rows.out[n] = level.out;
    for (let i = 0; i < dim; i++) rows.inputs[n * width + i] = level.scale * (x[n * dim + i] as number);
    rows.inputs.set(level.features, n * width + dim);
  }
  return rows;
}

/** x0Hat [n, d] = skip x + out o. */
export function outputToX0(
  { count, skip, out }: OutputLines,
  x: Float64Array,
  o: ArrayLike<number>,
): Float64Array {
  const dim = x.length / Math.max(1, count);
  const x0Hat = new Float64Array(x.length);
  for (let j = 0; j < x.length; j++) {
    const n = Math.floor(j / dim);
    x0Hat[j] = (skip[n] as number) * (x[j] as number) + (out[n] as number) * (o[j] as number);
  }
  return x0Hat;
}

/** dLoss / do [n, d] from dLoss / dx0Hat [n, d]. Throws RangeError where the length differs. */
export function pullToOutput({ count, out }: OutputLines, dim: number, pulled: Float64Array): Float64Array {
  if (pulled.length !== count * dim)
    throw new RangeError(
      `network: the pull must give dLoss / dx0Hat, ${count * dim} numbers, got ${pulled.length}; return [n, d]`,
    );
  return pulled.map((value, j) => value * (out[Math.floor(j / dim)] as number));
}

/** d sum(weights x0Hat) / dx [n, d]: the skip line and the way through the network's inputs [n, d + TIME_FEATURES]. */
export function pullThroughInputs(
  { scale, skip }: NetworkRows,
  dim: number,
  weights: Float64Array,
  inputGradient: ArrayLike<number>,
): Float64Array {
  const width = dim + TIME_FEATURES;
  return weights.map((weight, j) => {
    const n = Math.floor(j / dim);
    const through = inputGradient[n * width + (j % dim)] as number;
    return (skip[n] as number) * weight + (scale[n] as number) * through;
  });
}

/** All that the network and its lines need to know of a time. */
export interface TimeLevel {
  readonly scale: number;
  readonly skip: number;
  readonly out: number;
  /** [TIME_FEATURES] */
  readonly features: Float64Array;
}

/** The level of time t. Throws RangeError for eps where alpha = 0. */
export function timeLevel(process: Process, prediction: NetworkShape["prediction"], t: number): TimeLevel {
  const alpha = process.alpha(t);
  const sigma = process.sigma(t);
  if (prediction === "eps" && alpha === 0)
    throw new RangeError(
      predictionRefusal(prediction, process) ?? `network: eps has no x0 at t = ${t}; use "v"`,
    );
  const V = alpha * alpha + sigma * sigma;
  const lines = {
    eps: { skip: 1 / alpha, out: -sigma / alpha },
    x0: { skip: 0, out: 1 },
    v: { skip: alpha / V, out: -sigma / Math.sqrt(V) },
  };
  return { scale: 1 / Math.sqrt(V), ...lines[prediction], features: timeFeatures(process.logSnr(t)) };
}

/** u in [-1, 1], linear in the clamped log-SNR, then sine and cosine of 1, 2, 3, 4 quarter turns times u. */
function timeFeatures(logSnr: number): Float64Array {
  const [low, high] = LOG_SNR_RANGE;
  const u = (2 * (Math.min(high, Math.max(low, logSnr)) - low)) / (high - low) - 1;
  const waves = [1, 2, 3, 4].flatMap((k) => [
    Math.sin((k * Math.PI * u) / 2),
    Math.cos((k * Math.PI * u) / 2),
  ]);
  return Float64Array.of(u, ...waves);
}
