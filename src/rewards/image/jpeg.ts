/**
 * A baseline JPEG encoder for 32 x 32 images [JPEG92]: full-resolution colour (4:4:4), the standard's Huffman tables, and the
 * integer arithmetic of the Independent JPEG Group's library, so that files have its size to the byte and devices can repeat
 * every operation. Of the package encoders tried, jpeg-js takes 40 ms an image, since it makes its tables anew each time.
 */
import {
  AC_TABLES,
  DC_TABLES,
  huffmanCodes,
  type HuffmanTable,
  quantisation,
  ZIGZAG,
} from "./jpeg-tables.ts";
import { PIXELS, SIDE } from "./pixels.ts";

const DC_CODES = DC_TABLES.map(huffmanCodes);
const AC_CODES = AC_TABLES.map(huffmanCodes);
const END_OF_BLOCK = 0x00;
const SIXTEEN_ZEROS = 0xf0;

/** Bytes before the coded pixels: markers and tables; the same for every image. With the closing marker, 625. */
export const JPEG_HEADER_BYTES = 623;

/** An encoder for one quality, 1 .. 100; bytes [32, 32, 3] to a complete file. Throws RangeError on another quality. */
export function createJpegEncoder(quality: number): (rgb: Uint8Array) => Uint8Array {
  if (!Number.isInteger(quality) || quality < 1 || quality > 100)
    throw new RangeError(`jpeg.quality: must be an integer from 1 to 100, got ${quality}; 80 is usual`);
  const steps = [quantisation(false, quality), quantisation(true, quality)];
  const head = header(steps);
  const block = new Int32Array(64);
  const planes = [0, 1, 2].map(() => new Int32Array(PIXELS));
  return (rgb) => {
    toPlanes(rgb, planes);
    const bits = new BitWriter();
    const last = [0, 0, 0];
    for (let top = 0; top < SIDE; top += 8)
      for (let left = 0; left < SIDE; left += 8)
        planes.forEach((plane, c) => {
          for (let i = 0; i < 64; i++) block[i] = plane[(top + (i >> 3)) * SIDE + left + (i & 7)] ?? 0;
          forwardDct(block);
          quantise(block, steps[c === 0 ? 0 : 1] ?? []);
          last[c] = writeBlock(bits, block, last[c] ?? 0, c === 0 ? 0 : 1);
        });
    return joined(head, bits.finish());
  };
}

/** Luminance and two colour differences, each minus 128, in 16-bit fixed point. */
function toPlanes(rgb: Uint8Array, [y, cb, cr]: readonly Int32Array[]): void {
  if (!y || !cb || !cr) return;
  for (let i = 0; i < PIXELS; i++) {
    const r = rgb[3 * i] ?? 0;
    const g = rgb[3 * i + 1] ?? 0;
    const b = rgb[3 * i + 2] ?? 0;
    y[i] = ((19595 * r + 38470 * g + 7471 * b + 32768) >> 16) - 128;
    cb[i] = (-11059 * r - 21709 * g + 32768 * b + 32767) >> 16;
    cr[i] = (32768 * r - 27439 * g - 5329 * b + 32767) >> 16;
  }
}

/** The 8 x 8 cosine transform times 8, in place, by the slow integer method of Loeffler, Ligtenberg and Moschytz [Loeffler89]. */
function forwardDct(x: Int32Array): void {
  for (let row = 0; row < 64; row += 8) transform(x, row, 1, 11, (sum) => sum << 2);
  for (let column = 0; column < 8; column++) transform(x, column, 8, 15, (sum) => (sum + 2) >> 2);
}

/** One transform of 8 values `stride` apart; products have 13 fractional bits, of which `shift` are dropped. */
function transform(
  x: Int32Array,
  from: number,
  stride: number,
  shift: number,
  even: (sum: number) => number,
): void {
  const at = (k: number): number => x[from + k * stride] ?? 0;
  const half = 1 << (shift - 1);
  const put = (k: number, value: number): void => {
    x[from + k * stride] = (value + half) >> shift;
  };
  const [s0, s1, s2, s3] = [at(0) + at(7), at(1) + at(6), at(2) + at(5), at(3) + at(4)];
  const [d0, d1, d2, d3] = [at(0) - at(7), at(1) - at(6), at(2) - at(5), at(3) - at(4)];
  const [a, b, c, d] = [s0 + s3, s1 + s2, s1 - s2, s0 - s3];
  const z1 = 4433 * (c + d);
  const z5 = 9633 * (d3 + d1 + d2 + d0);
  const outer = -7373 * (d3 + d0);
  const inner = -20995 * (d2 + d1);
  const z3 = z5 - 16069 * (d3 + d1);
  const z4 = z5 - 3196 * (d2 + d0);
  x[from] = even(a + b);
  x[from + 4 * stride] = even(a - b);
  put(2, z1 + 6270 * d);
  put(6, z1 - 15137 * c);
  put(7, 2446 * d3 + outer + z3);
  put(5, 16819 * d2 + inner + z4);
  put(3, 25172 * d1 + inner + z3);
  put(1, 12299 * d0 + outer + z4);
}

/** Divides by the steps, rounding halves away from 0; the transform's factor 8 goes with them. */
function quantise(x: Int32Array, steps: readonly number[]): void {
  for (let i = 0; i < 64; i++) {
    const value = x[i] ?? 0;
    const step = 8 * (steps[i] ?? 1);
    const size = Math.floor((Math.abs(value) + (step >> 1)) / step);
    x[i] = value < 0 ? -size : size;
  }
}

/** Writes a quantised block; returns its first coefficient, from which the next one's is told. */
function writeBlock(bits: BitWriter, block: Int32Array, last: number, table: 0 | 1): number {
  const [dc, ac] = [DC_CODES[table], AC_CODES[table]];
  const first = block[0] ?? 0;
  writeValue(bits, dc, 0, first - last);
  let zeros = 0;
  for (let k = 1; k < 64; k++) {
    const value = block[ZIGZAG[k] ?? 0] ?? 0;
    if (value === 0) {
      zeros++;
      continue;
    }
    for (; zeros > 15; zeros -= 16) bits.writeCode(ac?.[SIXTEEN_ZEROS] ?? 0);
    writeValue(bits, ac, zeros, value);
    zeros = 0;
  }
  if (zeros > 0) bits.writeCode(ac?.[END_OF_BLOCK] ?? 0);
  return first;
}

/** The code of (zeros before, bits of the value), then the value; negative ones as those of the value below. */
function writeValue(bits: BitWriter, codes: Uint32Array | undefined, zeros: number, value: number): void {
  const size = 32 - Math.clz32(Math.abs(value));
  bits.writeCode(codes?.[(zeros << 4) | size] ?? 0);
  bits.write((value < 0 ? value - 1 : value) & ((1 << size) - 1), size);
}

/** Gathers bits into bytes, with the zero byte that must follow each 0xff. */
class BitWriter {
  private readonly bytes: number[] = [];
  private held = 0;
  private count = 0;

  writeCode(code: number): void {
    this.write(code & 0xffff, code >>> 16);
  }

  write(value: number, size: number): void {
    this.held = (this.held << size) | value;
    this.count += size;
    while (this.count >= 8) {
      this.count -= 8;
      const byte = (this.held >>> this.count) & 0xff;
      this.bytes.push(byte);
      if (byte === 0xff) this.bytes.push(0);
    }
    this.held &= (1 << this.count) - 1;
  }

  /** All bytes, the last one filled up with ones. */
  finish(): readonly number[] {
    if (this.count > 0) this.write((1 << (8 - this.count)) - 1, 8 - this.count);
    return this.bytes;
  }
}

function header(steps: readonly (readonly number[])[]): readonly number[] {
  const marker = (code: number, body: readonly number[]): number[] => [
    0xff,
    code,
    0,
    body.length + 2,
    ...body,
  ];
  const table = (kind: number, { counts, symbols }: HuffmanTable): number[] =>
    marker(0xc4, [kind, ...counts, ...symbols]);
  const jfif = [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0];
  return [
    ...[0xff, 0xd8],
    ...marker(0xe0, jfif),
    ...steps.flatMap((values, i) => marker(0xdb, [i, ...ZIGZAG.map((place) => values[place] ?? 1)])),
    ...marker(0xc0, [8, 0, SIDE, 0, SIDE, 3, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1]),
    ...table(0x00, DC_TABLES[0]),
    ...table(0x10, AC_TABLES[0]),
    ...table(0x01, DC_TABLES[1]),
    ...table(0x11, AC_TABLES[1]),
    ...marker(0xda, [3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]),
  ];
}

function joined(head: readonly number[], body: readonly number[]): Uint8Array {
  const file = new Uint8Array(head.length + body.length + 2);
  file.set(head);
  file.set(body, head.length);
  file.set([0xff, 0xd9], head.length + body.length);
  return file;
}
