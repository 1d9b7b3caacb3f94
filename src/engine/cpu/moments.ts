/**
 * The sums of one arm as one flat array, so that groups of particles travel between workers as transferable memory and
 * merge entry by entry:
 *
 *     [ n, s1 (d), s11, s21, s12, s22 (pairs each), reward n, bad, r1, r2, difference n, bad, d1, d2, outside ]
 */
import { emptyScalarSums } from "../../measure/scalar-sums.ts";
import { pairCount } from "../../measure/vector-sums.ts";
import type { ScalarSums, VectorSums } from "../../measure/estimate.ts";
import { isUsableReward } from "../../rewards/evaluate.ts";
import { COORDINATE_LIMIT } from "../engine.ts";

/** Places of the parts of one arm's sums in its flat array. */
export interface MomentLayout {
  readonly dim: number;
  readonly pairs: number;
  readonly s1: number;
  readonly s11: number;
  readonly reward: number;
  readonly difference: number;
  readonly outside: number;
  readonly size: number;
}

export function momentLayout(dim: number): MomentLayout {
  const pairs = pairCount(dim);
  const reward = 1 + dim + 4 * pairs;
  return {
    dim,
    pairs,
    s1: 1,
    s11: 1 + dim,
    reward,
    difference: reward + 4,
    outside: reward + 8,
    size: reward + 9,
  };
}

/** Adds rewards [count] about `shift` to [n, bad, sum, sum of squares] at `to`. */
export function addRewards(
  sums: Float64Array,
  to: number,
  values: Float64Array,
  minus: Float64Array | null,
  shift: number,
  count: number,
): void {
  let n = 0;
  let s1 = 0;
  let s2 = 0;
  for (let p = 0; p < count; p++) {
    const value = values[p] as number;
    const base = minus === null ? 0 : (minus[p] as number);
    if (!isUsableReward(value) || !isUsableReward(base)) continue;
    const y = value - base - shift;
    n++;
    s1 += y;
    s2 += y * y;
  }
  add(sums, to, n);
  add(sums, to + 1, count - n);
  add(sums, to + 2, s1);
  add(sums, to + 3, s2);
}

/** Vector sums of rows [d, stride]: holds the scratch rows for one job. */
export class VectorMoments {
  private readonly y: Float64Array;
  private readonly ySq: Float64Array;
  private readonly layout: MomentLayout;
  private readonly stride: number;

  constructor(layout: MomentLayout, stride: number) {
    this.layout = layout;
    this.stride = stride;
    this.y = new Float64Array(layout.dim * stride);
    this.ySq = new Float64Array(layout.dim * stride);
  }

  /** Adds the particles p < count of x [d, stride] with valid[p] = 1, about shift [d], to the flat array at `to`. */
  add(
    sums: Float64Array,
    to: number,
    x: Float64Array,
    shift: Float64Array,
    valid: Uint8Array,
    count: number,
  ): void {
    const n = this.centre(x, shift, valid, count);
    add(sums, to, n);
    const { dim, pairs } = this.layout;
    const { stride, y } = this;
    for (let i = 0; i < dim; i++) {
      let s1 = 0;
      for (let p = i * stride; p < i * stride + n; p++) s1 += y[p] as number;
      add(sums, to + this.layout.s1 + i, s1);
    }
    let at = to + this.layout.s11;
    for (let i = 0; i < dim; i++)
      for (let j = i; j < dim; j++, at++) this.addPair(sums, at, pairs, i * stride, j * stride, n);
  }

  /** The four sums of one pair of rows. */
  private addPair(sums: Float64Array, at: number, pairs: number, i: number, j: number, n: number): void {
    const { y, ySq } = this;
    let s11 = 0;
    let s21 = 0;
    let s12 = 0;
    let s22 = 0;
    for (let p = 0; p < n; p++) {
      const yi = y[i + p] as number;
      const yj = y[j + p] as number;
      const sqi = ySq[i + p] as number;
      const sqj = ySq[j + p] as number;
      s11 += yi * yj;
      s21 += sqi * yj;
      s12 += yi * sqj;
      s22 += sqi * sqj;
    }
    add(sums, at, s11);
    add(sums, at + pairs, s21);
    add(sums, at + 2 * pairs, s12);
    add(sums, at + 3 * pairs, s22);
  }

  /** Centred values and squares of the valid particles, packed; returns their number. */
  private centre(x: Float64Array, shift: Float64Array, valid: Uint8Array, count: number): number {
    const { y, ySq, stride } = this;
    let n = 0;
    for (let i = 0; i < this.layout.dim; i++) {
      const c = shift[i] as number;
      n = 0;
      for (let p = 0; p < count; p++) {
        if (valid[p] === 0) continue;
        const value = (x[i * stride + p] as number) - c;
        y[i * stride + n] = value;
        ySq[i * stride + n] = value * value;
        n++;
      }
    }
    return n;
  }
}

/** Marks in valid [count] the particles of x [d, stride] that have not diverged. */
export function markValid(
  x: Float64Array,
  dim: number,
  stride: number,
  valid: Uint8Array,
  count: number,
): void {
  valid.fill(1, 0, count);
  for (let i = 0; i < dim; i++)
    for (let p = 0; p < count; p++)
      if (!(Math.abs(x[i * stride + p] as number) < COORDINATE_LIMIT)) valid[p] = 0;
}

/** Sum of flat arrays, entry by entry, with Neumaier's compensation: the order of groups is fixed, so reruns repeat bit for bit. */
export class CompensatedSum {
  private readonly sum: Float64Array;
  private readonly lost: Float64Array;

  constructor(size: number) {
    this.sum = new Float64Array(size);
    this.lost = new Float64Array(size);
  }

  add(values: Float64Array, offset: number): void {
    const { sum, lost } = this;
    for (let i = 0; i < sum.length; i++) {
      const before = sum[i] as number;
      const value = values[offset + i] as number;
      const after = before + value;
      const rest = Math.abs(before) >= Math.abs(value) ? before - after + value : value - after + before;
      lost[i] = (lost[i] as number) + rest;
      sum[i] = after;
    }
  }

  total(): Float64Array {
    return this.sum.map((value, i) => value + (this.lost[i] as number));
  }
}

/** Reads vector sums out of the flat array at `at`. */
export function readVectorSums(
  flat: Float64Array,
  at: number,
  layout: MomentLayout,
  shift: Float64Array,
): VectorSums {
  const part = (index: number): Float64Array =>
    flat.slice(at + layout.s11 + index * layout.pairs, at + layout.s11 + (index + 1) * layout.pairs);
  return {
    n: flat[at] ?? 0,
    dim: layout.dim,
    shift: shift.slice(),
    s1: flat.slice(at + layout.s1, at + layout.s11),
    s11: part(0),
    s21: part(1),
    s12: part(2),
    s22: part(3),
  };
}

/** Reads [n, bad, sum, sum of squares] at `at`. */
export function readScalarSums(flat: Float64Array, at: number, shift: number): ScalarSums {
  const [n = 0, nonFinite = 0, s1 = 0, s2 = 0] = flat.subarray(at, at + 4);
  return { ...emptyScalarSums(shift), n, nonFinite, s1, s2 };
}

function add(sums: Float64Array, at: number, value: number): void {
  sums[at] = (sums[at] as number) + value;
}
