/** The tables behind shaders/rewards/file_size.wgsl: everything of the JPEG encoder that is not arithmetic. */
import { AC_TABLES, DC_TABLES, huffmanCodes, quantisation, ZIGZAG } from "./jpeg-tables.ts";
import { shownByte } from "./compressibility.ts";

/** Where the parts of the tables begin; the shader has the same numbers. */
export const FILE_TABLE = {
  /** f32: kB per byte, with the reward's sign. */
  scale: 0,
  /** f32, place b = 1 .. 255: the least value of an image that is shown as byte b. */
  thresholds: 0,
  /** 8 times the quantisation steps, 64 of luminance and 64 of chrominance. */
  steps: 256,
  zigzag: 384,
  /** 16 codes of luminance, 16 of chrominance. */
  dcCodes: 448,
  /** 256 codes of luminance, 256 of chrominance. */
  acCodes: 480,
  words: 992,
} as const;

/** Tables [992] for `sign` times the size in kB at a quality of 1 .. 100. */
export function fileSizeTables(sign: 1 | -1, quality: number): Uint32Array {
  const words = new Uint32Array(FILE_TABLE.words);
  const floats = new Float32Array(words.buffer);
  floats.set(byteThresholds(), FILE_TABLE.thresholds);
  floats[FILE_TABLE.scale] = sign / 1000;
  [false, true].forEach((chrominance, c) => {
    const steps = quantisation(chrominance, quality).map((step) => 8 * step);
    words.set(steps, FILE_TABLE.steps + 64 * c);
  });
  words.set(ZIGZAG, FILE_TABLE.zigzag);
  DC_TABLES.forEach((table, c) =>
    words.set(huffmanCodes(table).subarray(0, 16), FILE_TABLE.dcCodes + 16 * c),
  );
  AC_TABLES.forEach((table, c) => words.set(huffmanCodes(table), FILE_TABLE.acCodes + 256 * c));
  return words;
}

/**
 * Thresholds [256]: place b holds the least f32 that the reference shows as byte b or more, so that f32 comparisons repeat its
 * f64 rounding exactly; place 0 is 0.
 */
export function byteThresholds(): Float32Array {
  return Float32Array.from({ length: 256 }, (_, byte) => (byte === 0 ? 0 : leastShownAs(byte)));
}

/** By bisection over the f32 numbers in order, from -2 (byte 0) to 2 (byte 255). */
function leastShownAs(byte: number): number {
  let below = orderOf(-2);
  let above = orderOf(2);
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (shownByte(floatOf(middle)) >= byte) above = middle;
    else below = middle;
  }
  return floatOf(above);
}

const BITS = new DataView(new ArrayBuffer(4));

/** Place of an f32 among all of them: neighbours differ by 1, and both zeros have place 0. */
function orderOf(value: number): number {
  BITS.setFloat32(0, Math.abs(value));
  return Math.sign(value) * BITS.getUint32(0);
}

function floatOf(order: number): number {
  BITS.setUint32(0, Math.abs(order));
  return Math.sign(order) * BITS.getFloat32(0);
}
