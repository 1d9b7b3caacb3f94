/**
 * Blocks of four standard normals of ../normals.ts for four counters at a time, in AssemblyScript: Philox 4x32-10 and
 * Box-Muller by tables. Every operation and its order are those of the TypeScript loops, so that both give the same bits.
 */

/**
 * Normals of counters (first + p stepParticle, block + p stepBlock, 0, 0), p < count, under key (seed, stream): lane w of
 * counter p at out + w rowBytes + 8 p. Whole fours are written, also past `count`. `logarithms` holds pairs (1/c, log c) of
 * the cells' centres, `turns` pairs (cos, sin); addresses in bytes.
 */
export function normals(
  logarithms: usize,
  turns: usize,
  out: usize,
  rowBytes: usize,
  seed: i32,
  stream: i32,
  block: i32,
  first: i32,
  stepParticle: i32,
  stepBlock: i32,
  count: i32,
): void {
  const m0 = i32x4.splat(0xd2511f53);
  const m1 = i32x4.splat(0xcd9e8d57);
  const weyl0 = i32x4.splat(0x9e3779b9);
  const weyl1 = i32x4.splat(0xbb67ae85);
  const lanes = i32x4(0, 1, 2, 3);
  for (let p = 0; p < count; p += 4) {
    const place = i32x4.add(i32x4.splat(p), lanes);
    let x0 = i32x4.add(i32x4.splat(first), i32x4.mul(place, i32x4.splat(stepParticle)));
    let x1 = i32x4.add(i32x4.splat(block), i32x4.mul(place, i32x4.splat(stepBlock)));
    let x2 = i32x4.splat(0);
    let x3 = i32x4.splat(0);
    let key0 = i32x4.splat(seed);
    let key1 = i32x4.splat(stream);
    for (let round = 0; round < 10; round++) {
      const low0 = i64x2.extmul_low_i32x4_u(x0, m0);
      const high0 = i64x2.extmul_high_i32x4_u(x0, m0);
      const low1 = i64x2.extmul_low_i32x4_u(x2, m1);
      const high1 = i64x2.extmul_high_i32x4_u(x2, m1);
      x0 = v128.xor(v128.xor(upperWords(low1, high1), x1), key0);
      x1 = lowerWords(low1, high1);
      x2 = v128.xor(v128.xor(upperWords(low0, high0), x3), key1);
      x3 = lowerWords(low0, high0);
      key0 = i32x4.add(key0, weyl0);
      key1 = i32x4.add(key1, weyl1);
    }
    const to = out + (<usize>p << 3);
    boxMuller(logarithms, turns, x0, x1, to, rowBytes);
    boxMuller(logarithms, turns, x2, x3, to + 2 * rowBytes, rowBytes);
  }
}

/** Lower 32 bits of four 64-bit products. */
@inline
function lowerWords(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 2, 4, 6);
}

@inline
function upperWords(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 1, 3, 5, 7);
}

/** Four pairs of words to four normals by the cosine at `out` and four by the sine a row further. */
@inline
function boxMuller(logarithms: usize, turns: usize, words0: v128, words1: v128, out: usize, rowBytes: usize): void {
  const n = v128.or(i32x4.shr_u(words0, 8), i32x4.splat(1));
  const turn = v128.or(i32x4.shr_u(words1, 8), i32x4.splat(1));
  twoPairs(logarithms, turns, n, turn, out, rowBytes);
  twoPairs(logarithms, turns, upperHalf(n), upperHalf(turn), out + 16, rowBytes);
}

@inline
function upperHalf(a: v128): v128 {
  return v128.shuffle<i64>(a, a, 1, 1);
}

/** Box-Muller on the two lower lanes of n and turn, odd 24-bit integers. */
@inline
function twoPairs(logarithms: usize, turns: usize, n: v128, turn: v128, out: usize, rowBytes: usize): void {
  const radius = f64x2.sqrt(f64x2.mul(f64x2.splat(-2), logarithm(logarithms, n)));
  const cell0 = v128.load(turns + <usize>((i32x4.extract_lane(turn, 0) >> 12) & 0xff0));
  const cell1 = v128.load(turns + <usize>((i32x4.extract_lane(turn, 1) >> 12) & 0xff0));
  const cosA = firsts(cell0, cell1);
  const sinA = seconds(cell0, cell1);
  const units = i32x4.sub(v128.and(turn, i32x4.splat(0xffff)), i32x4.splat(0x8000));
  const b = f64x2.mul(f64x2.convert_low_i32x4_s(units), f64x2.splat((2.0 * Math.PI) / 16777216.0));
  const bSq = f64x2.mul(b, b);
  const sinRest = f64x2.sub(
    f64x2.splat(0.16666666666666666),
    f64x2.mul(bSq, f64x2.splat(0.008333333333333333)),
  );
  const sinB = f64x2.mul(b, f64x2.sub(f64x2.splat(1), f64x2.mul(bSq, sinRest)));
  const cosLast = f64x2.sub(
    f64x2.splat(0.041666666666666664),
    f64x2.mul(bSq, f64x2.splat(0.001388888888888889)),
  );
  const cosRest = f64x2.sub(f64x2.splat(0.5), f64x2.mul(bSq, cosLast));
  const cosB = f64x2.sub(f64x2.splat(1), f64x2.mul(bSq, cosRest));
  v128.store(out, f64x2.mul(radius, f64x2.sub(f64x2.mul(cosA, cosB), f64x2.mul(sinA, sinB))));
  v128.store(out + rowBytes, f64x2.mul(radius, f64x2.add(f64x2.mul(sinA, cosB), f64x2.mul(cosA, sinB))));
}

/**
 * log(n 2^-24): as an f64, n holds its leading bit e in the exponent and its cell in the first 8 bits of the mantissa. The
 * exponent field 1023 + e below the bits of 2^52 is the number 2^52 + 1023 + e, from which 2^52 + 1023 + 24 leaves e - 24.
 */
@inline
function logarithm(logarithms: usize, n: v128): v128 {
  const f = f64x2.convert_low_i32x4_s(n);
  const cell0 = v128.load(logarithms + <usize>((i64x2.extract_lane(f, 0) >> 40) & 0xff0));
  const cell1 = v128.load(logarithms + <usize>((i64x2.extract_lane(f, 1) >> 40) & 0xff0));
  const mantissa = v128.or(v128.and(f, i64x2.splat(0x000fffffffffffff)), f64x2.splat(1));
  const exponent = f64x2.sub(
    v128.or(i64x2.shr_u(f, 52), f64x2.splat(4503599627370496)),
    f64x2.splat(4503599627371543),
  );
  const r = f64x2.sub(f64x2.mul(mantissa, firsts(cell0, cell1)), f64x2.splat(1));
  let sum = f64x2.add(f64x2.splat(0.2), f64x2.mul(r, f64x2.splat(-0.16666666666666666)));
  sum = f64x2.add(f64x2.splat(-0.25), f64x2.mul(r, sum));
  sum = f64x2.add(f64x2.splat(0.3333333333333333), f64x2.mul(r, sum));
  sum = f64x2.add(f64x2.splat(-0.5), f64x2.mul(r, sum));
  sum = f64x2.add(f64x2.splat(1), f64x2.mul(r, sum));
  const scale = f64x2.mul(exponent, f64x2.splat(Math.LN2));
  return f64x2.add(f64x2.add(scale, seconds(cell0, cell1)), f64x2.mul(r, sum));
}

@inline
function firsts(a: v128, b: v128): v128 {
  return v128.shuffle<i64>(a, b, 0, 2);
}

@inline
function seconds(a: v128, b: v128): v128 {
  return v128.shuffle<i64>(a, b, 1, 3);
}
