/**
 * Counter-based random numbers: Philox 4x32 with 10 rounds [Salmon11]. A number is a pure function of its key
 * (seed, stream) and counter (particle, block, 0, 0), so every engine draws the same integers in any order.
 */

/** Stream of the samplers' starting points. */
export const PRIOR_STREAM = 0;
/** Stream of the noise of the sampler's steps. */
export const STEP_STREAM = 1;
/** Stream of drawn data: samples of laws, shapes. */
export const DATA_STREAM = 2;
/** Stream of fits: starting points of EM. */
export const FIT_STREAM = 3;

/** Which row of random numbers: two unsigned 32-bit words. */
export interface RandomKey {
  readonly seed: number;
  readonly stream: number;
}

const WEYL_0 = 0x9e3779b9 | 0;
const WEYL_1 = 0xbb67ae85 | 0;
const MULTIPLIER_0 = 0xd2511f53 | 0;
const MULTIPLIER_1 = 0xcd9e8d57 | 0;

/** Upper 32 bits of the 64-bit product of two unsigned words given as int32, as int32. */
function mulHigh(a: number, b: number): number {
  const aHigh = a >>> 16;
  const aLow = a & 0xffff;
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  const low = Math.imul(aLow, bLow);
  const middle = (Math.imul(aHigh, bLow) + (low >>> 16)) | 0;
  const cross = (Math.imul(aLow, bHigh) + (middle & 0xffff)) | 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (cross >>> 16)) | 0;
}

/** Writes the four words of counter (c0, c1, c2, c3) under key (k0, k1) to out[0..3]; all unsigned 32-bit [Salmon11]. */
export function philox4x32(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
  out: Uint32Array,
): void {
  let x0 = c0 | 0;
  let x1 = c1 | 0;
  let x2 = c2 | 0;
  let x3 = c3 | 0;
  let key0 = k0 | 0;
  let key1 = k1 | 0;
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(x0, MULTIPLIER_0);
    const low0 = Math.imul(x0, MULTIPLIER_0);
    const high1 = mulHigh(x2, MULTIPLIER_1);
    const low1 = Math.imul(x2, MULTIPLIER_1);
    x0 = high1 ^ x1 ^ key0;
    x1 = low1;
    x2 = high0 ^ x3 ^ key1;
    x3 = low0;
    key0 = (key0 + WEYL_0) | 0;
    key1 = (key1 + WEYL_1) | 0;
  }
  out[0] = x0;
  out[1] = x1;
  out[2] = x2;
  out[3] = x3;
}

/**
 * Uniform number in the open interval (0, 1) from the upper 23 bits of a word: ((w >>> 9) + 1/2) 2^-23, exact in f32, so
 * that both engines take the same logarithm's argument. Smallest 2^-24, largest 1 - 2^-24.
 */
export function uniformFromWord(word: number): number {
  return ((word >>> 9) + 0.5) * 2 ** -23;
}

/**
 * Writes the four normals of a block to out[0..3]: Box-Muller on (w0, w1) and (w2, w3), cosine first. The largest
 * magnitude is sqrt(2 ln 2^24) = 5.77.
 */
export function normalsFromWords(words: Uint32Array, out: Float64Array): void {
  for (let pair = 0; pair < 4; pair += 2) {
    const radius = Math.sqrt(-2 * Math.log(uniformFromWord(words[pair] ?? 0)));
    const angle = 2 * Math.PI * uniformFromWord(words[pair + 1] ?? 0);
    out[pair] = radius * Math.cos(angle);
    out[pair + 1] = radius * Math.sin(angle);
  }
}

/**
 * Writes normals number start .. start + count - 1 of a particle's row to out[offset ..]. Number j is lane j mod 4 of
 * block floor(j / 4), counter (particle, block, 0, 0), key (seed, stream).
 */
export function fillNormals(
  out: Float64Array,
  offset: number,
  key: RandomKey,
  particle: number,
  start: number,
  count: number,
): void {
  const end = start + count;
  for (let number = start; number < end;) {
    const block = Math.floor(number / 4);
    philox4x32(particle, block, 0, 0, key.seed, key.stream, WORDS);
    normalsFromWords(WORDS, NORMALS);
    const stop = Math.min(end, 4 * block + 4);
    for (; number < stop; number++) out[offset + number - start] = NORMALS[number - 4 * block] ?? 0;
  }
}

/** Scratch of fillNormals, which is called once per particle and step; never read before it is written. */
const WORDS = new Uint32Array(4);
const NORMALS = new Float64Array(4);

/** A sequential source of random numbers, for set-up work where the order of draws is fixed. */
export interface Random {
  /** Uniform in the open interval (0, 1), 52 bits. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Uniform integer in 0 .. n - 1. */
  integer(n: number): number;
}

/** Words that one draw of a sequential generator takes. */
export const WORDS_OF = { uniform: 2, normal: 4 } as const;

/**
 * A sequential generator of a stream, its first `skip` words left out: it goes on as one that has drawn them. Its counters
 * (number, 0, 0, 1) never meet those of particles.
 */
export function createRandom(seed: number, stream: number, skip = 0): Random {
  const words = new Uint32Array(4);
  let drawn = Math.floor(skip / 4);
  let used = 4;
  const word = (): number => {
    if (used === 4) {
      philox4x32(drawn++, 0, 0, 1, seed, stream, words);
      used = 0;
    }
    return words[used++] ?? 0;
  };
  for (let i = 0; i < skip % 4; i++) word();
  const uniform = (): number => {
    const high = word() >>> 6;
    const low = word() >>> 6;
    return (high * 2 ** 26 + low + 0.5) * 2 ** -52;
  };
  const normal = (): number => {
    const radius = Math.sqrt(-2 * Math.log(uniform()));
    return radius * Math.cos(2 * Math.PI * uniform());
  };
  return { uniform, normal, integer: (n) => Math.floor(uniform() * n) };
}
