/**
 * A value baseline V(x_t, t), f64: [x / sqrt(V_t), waves of log-SNR] -> tanh(32) -> tanh(32) -> 1, trained by AdamW on the final
 * reward; a one for the row's prompt among zeros is a part of its inputs where there are several. It works in units of the spread of the first rewards it is given, about their mean.
 */
import type { Process } from "../diffusion/process.ts";
import type { Random } from "../math/philox.ts";
import { adamW, type AdamWState, initialAdamW, packAdamW, unpackAdamW } from "./adamw.ts";
import { meanOf, standardDeviation } from "./advantages.ts";
import { LOG_SNR_RANGE } from "./preconditioning.ts";

const WIDTH = 32;
const TIME_INPUTS = 5;
/** Published rate of the baseline is 1e-4 for 5 accumulated batches; a small network takes more. */
const LEARNING_RATE = 3e-3;

export interface ValueNetwork {
  /** V at x [n, d], t [n] and prompt numbers [n], in units of reward. */
  values(x: Float64Array, t: Float64Array, prompt?: Float64Array): Float64Array;
  /** One step on the squared error to `rewards` [n]; returns the mean squared error before it. */
  fit(x: Float64Array, t: Float64Array, rewards: Float64Array, prompt?: Float64Array): number;
  memory(): Readonly<Record<string, Float64Array>>;
}

/** A network of its own; `memory` holds one to go on with, or nothing. The start is drawn from `random`. */
export function createValueNetwork(
  process: Process,
  dim: number,
  random: Random,
  memory: Readonly<Record<string, Float64Array>>,
  prompts = 0,
): ValueNetwork {
  const sizes = [dim + TIME_INPUTS + prompts, WIDTH, WIDTH, 1];
  let parameters = memory["value.parameters"]?.slice() ?? initial(sizes, random);
  let state: AdamWState = memory["value.parameters"]
    ? unpackAdamW("value.adamw", memory, parameters.length)
    : initialAdamW(parameters.length);
  let units = memory["value.units"] ?? Float64Array.of(0, 0);
  const forward = (x: Float64Array, t: Float64Array, prompt: Float64Array | undefined) => {
    const input = inputs(process, x, t, dim, prompts);
    prompt?.forEach((number, n) => {
      if (prompts > 0) input[n * (sizes[0] ?? 0) + dim + TIME_INPUTS + number] = 1;
    });
    return layers(sizes, parameters, input, t.length);
  };
  const outputOf = (traces: readonly Float64Array[]): Float64Array => traces.at(-1) ?? new Float64Array(0);
  return {
    values(x, t, prompt) {
      const [mean = 0, spread = 0] = units;
      return outputOf(forward(x, t, prompt)).map((value) => mean + spread * value);
    },
    fit(x, t, rewards, prompt) {
      if (units[1] === 0) units = unitsOf(rewards);
      const [mean = 0, spread = 1] = units;
      const traces = forward(x, t, prompt);
      const miss = outputOf(traces).map((value, i) => value - ((rewards[i] as number) - mean) / spread);
      const pulled = miss.map((value) => (2 * value) / t.length);
      const gradient = backward(sizes, parameters, traces, pulled, t.length);
      const next = adamW(parameters, gradient, state, {
        learningRate: LEARNING_RATE,
        weightDecay: 0,
        gradientClip: Infinity,
      });
      parameters = next.parameters;
      state = next.state;
      return (spread ** 2 * miss.reduce((sum, value) => sum + value * value, 0)) / t.length;
    },
    memory: () => ({
      "value.parameters": parameters,
      "value.units": units,
      ...packAdamW("value.adamw", state),
    }),
  };
}

/** Mean and standard deviation; 1 for equal rewards. */
function unitsOf(rewards: Float64Array): Float64Array {
  return Float64Array.of(meanOf(rewards), standardDeviation(rewards, "population") || 1);
}

/** Weights normal with variance 1 / inputs, biases and the last layer 0. */
function initial(sizes: readonly number[], random: Random): Float64Array {
  const rows = sizes.slice(1).map((outputs, layer) => {
    const before = sizes[layer] ?? 0;
    const isLast = layer === sizes.length - 2;
    const row = new Float64Array((before + 1) * outputs);
    if (!isLast) for (let i = 0; i < before * outputs; i++) row[i] = random.normal() / Math.sqrt(before);
    return row;
  });
  return Float64Array.from(rows.flatMap((row) => Array.from(row)));
}

/** Rows [n, d + 5 + more]: x over its spread, u in [-1, 1] with two waves, u linear in log-SNR, and zeros. */
function inputs(process: Process, x: Float64Array, t: Float64Array, dim: number, more: number): Float64Array {
  const width = dim + TIME_INPUTS + more;
  const out = new Float64Array(t.length * width);
  const [low, high] = LOG_SNR_RANGE;
  t.forEach((time, n) => {
    const scale = 1 / Math.hypot(process.alpha(time), process.sigma(time));
    for (let i = 0; i < dim; i++) out[n * width + i] = scale * (x[n * dim + i] as number);
    const u = (2 * (Math.min(high, Math.max(low, process.logSnr(time))) - low)) / (high - low) - 1;
    const waves = [1, 2].flatMap((k) => [Math.sin((k * Math.PI * u) / 2), Math.cos((k * Math.PI * u) / 2)]);
    out.set([u, ...waves], n * width + dim);
  });
  return out;
}

/** Input and output of each layer in turn; tanh on all but the last. Layer weights are [inputs, outputs], then biases. */
function layers(
  sizes: readonly number[],
  parameters: Float64Array,
  input: Float64Array,
  count: number,
): Float64Array[] {
  const traces = [input];
  eachLayer(sizes, (layer, from, to, offset) => {
    const before = traces[layer] as Float64Array;
    const sums = new Float64Array(count * to);
    const biases = parameters.subarray(offset + from * to, offset + (from + 1) * to);
    for (let n = 0; n < count; n++) {
      sums.set(biases, n * to);
      for (let i = 0; i < from; i++) {
        const value = before[n * from + i] as number;
        const row = offset + i * to;
        for (let j = 0; j < to; j++)
          sums[n * to + j] = (sums[n * to + j] as number) + value * (parameters[row + j] as number);
      }
    }
    traces.push(layer < sizes.length - 2 ? sums.map(Math.tanh) : sums);
  });
  return traces;
}

/** Gradient of the parameters, flat, from dLoss/dV [n]. */
function backward(
  sizes: readonly number[],
  parameters: Float64Array,
  traces: readonly Float64Array[],
  pulled: Float64Array,
  count: number,
): Float64Array {
  const gradient = new Float64Array(parameters.length);
  const places: { layer: number; from: number; to: number; offset: number }[] = [];
  eachLayer(sizes, (layer, from, to, offset) => places.unshift({ layer, from, to, offset }));
  let delta = pulled;
  for (const { layer, from, to, offset } of places) {
    const before = traces[layer] as Float64Array;
    const lower = new Float64Array(count * from);
    for (let n = 0; n < count; n++) {
      const deltas = delta.subarray(n * to, (n + 1) * to);
      addTo(gradient, offset + from * to, deltas, 1);
      for (let i = 0; i < from; i++) {
        const row = offset + i * to;
        addTo(gradient, row, deltas, before[n * from + i] as number);
        let sum = 0;
        for (let j = 0; j < to; j++) sum += (deltas[j] as number) * (parameters[row + j] as number);
        lower[n * from + i] = sum;
      }
    }
    // The traces hold tanh itself, whose slope is 1 - tanh^2.
    delta = layer > 0 ? lower.map((value, i) => value * (1 - (before[i] as number) ** 2)) : lower;
  }
  return gradient;
}

/** target[at ..] += scale source. */
function addTo(target: Float64Array, at: number, source: Float64Array, scale: number): void {
  for (let j = 0; j < source.length; j++)
    target[at + j] = (target[at + j] as number) + scale * (source[j] as number);
}

function eachLayer(
  sizes: readonly number[],
  call: (layer: number, from: number, to: number, offset: number) => void,
): void {
  let offset = 0;
  for (let layer = 0; layer + 1 < sizes.length; layer++) {
    const from = sizes[layer] as number;
    const to = sizes[layer + 1] as number;
    call(layer, from, to, offset);
    offset += (from + 1) * to;
  }
}
