/**
 * Standard normals for many particles at once: the same numbers as `fillNormals` of src/math (to 1e-12), laid out by number
 * first so that loops over particles run over neighbouring memory.
 */
import type { RandomKey } from "../../math/philox.ts";
import {
  ANGLE_UNIT,
  COS_TABLE,
  LOG_SCALE_TABLE,
  LOG_TABLE,
  RECIPROCAL_TABLE,
  SCALE_TABLE,
  SIN_TABLE,
} from "./elementary.ts";
import { type Counters, type Kernel, threadKernel } from "./kernel/kernel.ts";

const WEYL_0 = 0x9e3779b9 | 0;
const WEYL_1 = 0xbb67ae85 | 0;
const M0 = 0xd2511f53 | 0;
const M1 = 0xcd9e8d57 | 0;
const M0_HIGH = M0 >>> 16;
const M0_LOW = M0 & 0xffff;
const M1_HIGH = M1 >>> 16;
const M1_LOW = M1 & 0xffff;

/**
 * Words of `count` counters to out [4, stride]: word w of counter p at w * stride + p. Philox as in src/math/philox.ts, written
 * out in one loop since calls and byte shuffling would double its cost.
 */
function fillWords(
  out: Int32Array,
  stride: number,
  { seed, stream }: RandomKey,
  { first, block, stepParticle, stepBlock }: Counters,
  count: number,
): void {
  for (let p = 0; p < count; p++) {
    let x0 = (first + p * stepParticle) | 0;
    let x1 = (block + p * stepBlock) | 0;
    let x2 = 0;
    let x3 = 0;
    let key0 = seed | 0;
    let key1 = stream | 0;
    for (let round = 0; round < 10; round++) {
      let high = x0 >>> 16;
      let low = x0 & 0xffff;
      let product = Math.imul(low, M0_LOW);
      let middle = (Math.imul(high, M0_LOW) + (product >>> 16)) | 0;
      let cross = (Math.imul(low, M0_HIGH) + (middle & 0xffff)) | 0;
      const high0 = (Math.imul(high, M0_HIGH) + (middle >>> 16) + (cross >>> 16)) | 0;
      const low0 = Math.imul(x0, M0);
      high = x2 >>> 16;
      low = x2 & 0xffff;
      product = Math.imul(low, M1_LOW);
      middle = (Math.imul(high, M1_LOW) + (product >>> 16)) | 0;
      cross = (Math.imul(low, M1_HIGH) + (middle & 0xffff)) | 0;
      const high1 = (Math.imul(high, M1_HIGH) + (middle >>> 16) + (cross >>> 16)) | 0;
      const low1 = Math.imul(x2, M1);
      x0 = high1 ^ x1 ^ key0;
      x1 = low1;
      x2 = high0 ^ x3 ^ key1;
      x3 = low0;
      key0 = (key0 + WEYL_0) | 0;
      key1 = (key1 + WEYL_1) | 0;
    }
    out[p] = x0;
    out[stride + p] = x1;
    out[2 * stride + p] = x2;
    out[3 * stride + p] = x3;
  }
}

/** Box-Muller on rows (radius, angle) of words: out rows at `to` (cosine) and `to + stride` (sine). */
function fillPair(
  words: Int32Array,
  out: Float64Array,
  radiusRow: number,
  to: number,
  stride: number,
  count: number,
): void {
  const angleRow = radiusRow + stride;
  for (let p = 0; p < count; p++) {
    // u = n 2^-24 with n odd: its logarithm from the leading bit, a cell of the mantissa, and four terms of log(1 + r).
    const n = (((words[radiusRow + p] as number) >>> 8) | 1) >>> 0;
    const e = 31 - Math.clz32(n);
    const cell = ((n << (23 - e)) >>> 15) & 255;
    const r = n * (SCALE_TABLE[e] as number) * (RECIPROCAL_TABLE[cell] as number) - 1;
    const log1p =
      r * (1 + r * (-0.5 + r * (0.3333333333333333 + r * (-0.25 + r * (0.2 + r * -0.16666666666666666)))));
    const logarithm = (LOG_SCALE_TABLE[e] as number) + (LOG_TABLE[cell] as number) + log1p;
    const radius = Math.sqrt(-2 * logarithm);
    // A turn in 2^-24: the upper 8 bits choose a cell, the lower 16 (odd, so never its exact centre) turn on from its centre.
    const turn = ((words[angleRow + p] as number) >>> 8) | 1;
    const b = ((turn & 0xffff) - 0x8000) * ANGLE_UNIT;
    const bSq = b * b;
    const sinB = b * (1 - bSq * (0.16666666666666666 - bSq * 0.008333333333333333));
    const cosB = 1 - bSq * (0.5 - bSq * (0.041666666666666664 - bSq * 0.001388888888888889));
    const cosA = COS_TABLE[turn >>> 16] as number;
    const sinA = SIN_TABLE[turn >>> 16] as number;
    out[to + p] = radius * (cosA * cosB - sinA * sinB);
    out[to + stride + p] = radius * (sinA * cosB + cosA * sinB);
  }
}

/**
 * Writes the four normals of `count` counters to out [4, stride]. Without a kernel the loops are those of this file, which give
 * the same bits.
 */
export type FillBlocks = (out: Float64Array, key: RandomKey, counters: Counters, count: number) => void;

/** FillBlocks for rows of `stride` numbers. */
export function createFillBlocks(stride: number, kernel: Kernel | null = threadKernel()): FillBlocks {
  if (kernel) return (out, key, counters, count) => kernel.normals(out, stride, key, counters, count);
  const words = new Int32Array(4 * stride);
  return (out, key, counters, count) => {
    fillWords(words, stride, key, counters, count);
    fillPair(words, out, 0, 0, stride, count);
    fillPair(words, out, 2 * stride, 2 * stride, stride, count);
  };
}

/**
 * The row of normals of a group of particles, read in order of the step: `at(start, d)` gives numbers start .. start + d - 1
 * as [d, stride]. A block of four numbers is computed once, however many steps it serves.
 */
export class NormalRows {
  private readonly fill: FillBlocks;
  private readonly block: Float64Array;
  private readonly rows: Float64Array;
  private current = -1;
  private readonly key: RandomKey;
  private readonly dim: number;
  private readonly stride: number;
  private first = 0;
  private count = 0;

  constructor(key: RandomKey, dim: number, stride: number, kernel: Kernel | null = threadKernel()) {
    this.key = key;
    this.dim = dim;
    this.stride = stride;
    this.fill = createFillBlocks(stride, kernel);
    this.block = new Float64Array(4 * stride);
    this.rows = new Float64Array(dim * stride);
  }

  /** Chooses particles first .. first + count - 1, count <= stride. */
  choose(first: number, count: number): void {
    this.first = first;
    this.count = count;
    this.current = -1;
  }

  /** Numbers start .. start + dim - 1 of the chosen particles, [dim, stride]; valid until the next call. */
  at(start: number): Float64Array {
    const { stride, count } = this;
    for (let i = 0; i < this.dim; i++) {
      const number = start + i;
      this.load(Math.floor(number / 4));
      const from = (number % 4) * stride;
      this.rows.set(this.block.subarray(from, from + count), i * stride);
    }
    return this.rows;
  }

  private load(block: number): void {
    if (block === this.current) return;
    const { first, count } = this;
    this.fill(this.block, this.key, { first, block, stepParticle: 1, stepBlock: 0 }, count);
    this.current = block;
  }
}

/** Blocks of a particle's row computed together by `RowNormals`. */
const ROW_BLOCKS = 256;

/** Long stretches of one particle's row: the same numbers as `fillNormals` of src/math, faster for many dimensions. */
export class RowNormals {
  private readonly fillBlocks = createFillBlocks(ROW_BLOCKS);
  private readonly lanes = new Float64Array(4 * ROW_BLOCKS);
  private readonly key: RandomKey;

  constructor(key: RandomKey) {
    this.key = key;
  }

  /** Writes numbers start .. start + count - 1 of a particle to out[offset ..]. */
  fill(out: Float64Array, offset: number, particle: number, start: number, count: number): void {
    const { lanes } = this;
    const end = start + count;
    for (let block = Math.floor(start / 4); 4 * block < end; block += ROW_BLOCKS) {
      const blocks = Math.min(ROW_BLOCKS, Math.ceil(end / 4) - block);
      this.fillBlocks(lanes, this.key, { first: particle, block, stepParticle: 0, stepBlock: 1 }, blocks);
      const from = Math.max(start, 4 * block);
      const stop = Math.min(end, 4 * (block + blocks));
      for (let j = from; j < stop; j++) {
        const lane = j - 4 * block;
        out[offset + j - start] = lanes[(lane & 3) * ROW_BLOCKS + (lane >> 2)] as number;
      }
    }
  }
}
