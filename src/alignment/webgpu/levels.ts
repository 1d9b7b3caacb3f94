/** Times as the device reads them: one row per distinct time, and which one each state has. */
import type { Process } from "../../diffusion/process.ts";
import type { NetworkShape } from "../policy-network.ts";
import { type OutputLines, timeLevel, type TimeLevel } from "../preconditioning.ts";
import { DEVICE_DIM, DEVICE_INPUTS } from "./layout.ts";

export interface DeviceLevels extends OutputLines {
  /** [times, 16]: scale of the state, unused, time features, zeros. */
  readonly table: Float32Array<ArrayBuffer>;
  /** [n] row of the table. */
  readonly levelOf: Uint32Array<ArrayBuffer>;
  /** [n] */
  readonly scale: Float64Array;
}

/** Levels of times t [n]. Throws RangeError for eps where alpha = 0. */
export function deviceLevels(
  process: Process,
  prediction: NetworkShape["prediction"],
  t: Float64Array,
): DeviceLevels {
  const known = new Map<number, number>();
  const levels: TimeLevel[] = [];
  const levelOf = Uint32Array.from(t, (time) => {
    const found = known.get(time);
    if (found !== undefined) return found;
    known.set(time, levels.length);
    return levels.push(timeLevel(process, prediction, time)) - 1;
  });
  const row = (name: "scale" | "skip" | "out"): Float64Array =>
    Float64Array.from(levelOf, (level) => levels[level]?.[name] ?? NaN);
  const table = new Float32Array(levels.length * DEVICE_INPUTS);
  levels.forEach(({ scale, features }, level) => {
    table[level * DEVICE_INPUTS] = scale;
    table.set(features, level * DEVICE_INPUTS + DEVICE_DIM);
  });
  return { count: t.length, table, levelOf, scale: row("scale"), skip: row("skip"), out: row("out") };
}

/** Rows [n, d] padded to two numbers each. */
export function toPairs(rows: Float64Array, dim: number): Float32Array<ArrayBuffer> {
  if (dim === DEVICE_DIM) return new Float32Array(rows);
  const pairs = new Float32Array(rows.length * DEVICE_DIM);
  rows.forEach((value, i) => (pairs[i * DEVICE_DIM] = value));
  return pairs;
}

/** Rows of two numbers without their padding, [n, d]. */
export function fromPairs(pairs: Float32Array, dim: number): Float64Array {
  if (dim === DEVICE_DIM) return new Float64Array(pairs);
  return Float64Array.from({ length: pairs.length / DEVICE_DIM }, (_, i) => pairs[i * DEVICE_DIM] as number);
}
