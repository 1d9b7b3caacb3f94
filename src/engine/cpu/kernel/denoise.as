/**
 * Mixture denoisers of ../mixture-denoiser.ts for four particles at a time, in AssemblyScript. Every operation and its order
 * are those of the TypeScript loops, so that both give the same bits.
 *
 * Addresses are in bytes; rows x, y, outX, outY and `scratch` (32 bytes per component) hold f64 and are read and written in
 * whole fours, also past `count`. `exponentials` holds exp(-n/32) in 2048 entries.
 */

/** As EXP_REACH and EXP_ROUND of ../elementary.ts. */
const REACH: f64 = 40;
const ROUND: f64 = 6755399441055744;

/** Bytes of a component in the table, as STRIDE_1D and STRIDE_2D of ../mixture-denoiser.ts. */
const SIZE_1D: usize = 5 * 8;
const SIZE_2D: usize = 11 * 8;

export function denoise1d(
  exponentials: usize,
  table: usize,
  components: i32,
  scratch: usize,
  x: usize,
  out: usize,
  count: i32,
): void {
  const tableEnd = table + <usize>components * SIZE_1D;
  for (let p: usize = 0, end = <usize>count << 3; p < end; p += 32) {
    const xA = v128.load(x + p);
    const xB = v128.load(x + p, 16);
    let largestA = f64x2.splat(-Infinity);
    let largestB = largestA;
    let to = scratch;
    for (let at = table; at < tableEnd; at += SIZE_1D) {
      const mean = entry(at, 0);
      const constant = entry(at, 1);
      const w = entry(at, 2);
      const exponentA = f64x2.sub(constant, square(f64x2.mul(w, f64x2.sub(xA, mean))));
      const exponentB = f64x2.sub(constant, square(f64x2.mul(w, f64x2.sub(xB, mean))));
      v128.store(to, exponentA);
      v128.store(to, exponentB, 16);
      largestA = f64x2.pmax(largestA, exponentA);
      largestB = f64x2.pmax(largestB, exponentB);
      to += 32;
    }
    exponentiate(exponentials, scratch, to, largestA, largestB);
    let totalA = f64x2.splat(0);
    let gainA = totalA;
    let restA = totalA;
    let totalB = totalA;
    let gainB = totalA;
    let restB = totalA;
    let from = scratch;
    for (let at = table; at < tableEnd; at += SIZE_1D) {
      const shareA = v128.load(from);
      const shareB = v128.load(from, 16);
      const gain = entry(at, 3);
      const rest = entry(at, 4);
      totalA = f64x2.add(totalA, shareA);
      totalB = f64x2.add(totalB, shareB);
      gainA = f64x2.add(gainA, f64x2.mul(shareA, gain));
      gainB = f64x2.add(gainB, f64x2.mul(shareB, gain));
      restA = f64x2.add(restA, f64x2.mul(shareA, rest));
      restB = f64x2.add(restB, f64x2.mul(shareB, rest));
      from += 32;
    }
    v128.store(out + p, f64x2.div(f64x2.add(f64x2.mul(gainA, xA), restA), totalA));
    v128.store(out + p, f64x2.div(f64x2.add(f64x2.mul(gainB, xB), restB), totalB), 16);
  }
}

export function denoise2d(
  exponentials: usize,
  table: usize,
  components: i32,
  scratch: usize,
  x: usize,
  y: usize,
  outX: usize,
  outY: usize,
  count: i32,
): void {
  const tableEnd = table + <usize>components * SIZE_2D;
  for (let p: usize = 0, end = <usize>count << 3; p < end; p += 32) {
    const xA = v128.load(x + p);
    const xB = v128.load(x + p, 16);
    const yA = v128.load(y + p);
    const yB = v128.load(y + p, 16);
    let largestA = f64x2.splat(-Infinity);
    let largestB = largestA;
    let to = scratch;
    for (let at = table; at < tableEnd; at += SIZE_2D) {
      const mx = entry(at, 0);
      const my = entry(at, 1);
      const constant = entry(at, 2);
      const w1 = entry(at, 3);
      const w21 = entry(at, 4);
      const w2 = entry(at, 5);
      const dxA = f64x2.sub(xA, mx);
      const dxB = f64x2.sub(xB, mx);
      const vA = f64x2.add(f64x2.mul(w21, dxA), f64x2.mul(w2, f64x2.sub(yA, my)));
      const vB = f64x2.add(f64x2.mul(w21, dxB), f64x2.mul(w2, f64x2.sub(yB, my)));
      const exponentA = f64x2.sub(f64x2.sub(constant, square(f64x2.mul(w1, dxA))), square(vA));
      const exponentB = f64x2.sub(f64x2.sub(constant, square(f64x2.mul(w1, dxB))), square(vB));
      v128.store(to, exponentA);
      v128.store(to, exponentB, 16);
      largestA = f64x2.pmax(largestA, exponentA);
      largestB = f64x2.pmax(largestB, exponentB);
      to += 32;
    }
    exponentiate(exponentials, scratch, to, largestA, largestB);
    let totalA = f64x2.splat(0);
    let g11A = totalA;
    let g12A = totalA;
    let g22A = totalA;
    let h1A = totalA;
    let h2A = totalA;
    let totalB = totalA;
    let g11B = totalA;
    let g12B = totalA;
    let g22B = totalA;
    let h1B = totalA;
    let h2B = totalA;
    let from = scratch;
    for (let at = table; at < tableEnd; at += SIZE_2D) {
      const shareA = v128.load(from);
      const shareB = v128.load(from, 16);
      totalA = f64x2.add(totalA, shareA);
      totalB = f64x2.add(totalB, shareB);
      let value = entry(at, 6);
      g11A = f64x2.add(g11A, f64x2.mul(shareA, value));
      g11B = f64x2.add(g11B, f64x2.mul(shareB, value));
      value = entry(at, 7);
      g12A = f64x2.add(g12A, f64x2.mul(shareA, value));
      g12B = f64x2.add(g12B, f64x2.mul(shareB, value));
      value = entry(at, 8);
      g22A = f64x2.add(g22A, f64x2.mul(shareA, value));
      g22B = f64x2.add(g22B, f64x2.mul(shareB, value));
      value = entry(at, 9);
      h1A = f64x2.add(h1A, f64x2.mul(shareA, value));
      h1B = f64x2.add(h1B, f64x2.mul(shareB, value));
      value = entry(at, 10);
      h2A = f64x2.add(h2A, f64x2.mul(shareA, value));
      h2B = f64x2.add(h2B, f64x2.mul(shareB, value));
      from += 32;
    }
    const scaleA = f64x2.div(f64x2.splat(1), totalA);
    const scaleB = f64x2.div(f64x2.splat(1), totalB);
    v128.store(outX + p, affine(g11A, xA, g12A, yA, h1A, scaleA));
    v128.store(outY + p, affine(g12A, xA, g22A, yA, h2A, scaleA));
    v128.store(outX + p, affine(g11B, xB, g12B, yB, h1B, scaleB), 16);
    v128.store(outY + p, affine(g12B, xB, g22B, yB, h2B, scaleB), 16);
  }
}

/** Number i of a component, in both lanes. */
@inline
function entry(component: usize, i: usize): v128 {
  return v128.load_splat<f64>(component + 8 * i);
}

@inline
function square(u: v128): v128 {
  return f64x2.mul(u, u);
}

@inline
function affine(g1: v128, x: v128, g2: v128, y: v128, h: v128, scale: v128): v128 {
  return f64x2.mul(f64x2.add(f64x2.add(f64x2.mul(g1, x), f64x2.mul(g2, y)), h), scale);
}

/** Puts exp(exponent - largest) in place of the exponents from .. to. */
@inline
function exponentiate(exponentials: usize, from: usize, to: usize, largestA: v128, largestB: v128): void {
  for (let at = from; at < to; at += 32) {
    v128.store(at, exponential(exponentials, f64x2.sub(v128.load(at), largestA)));
    v128.store(at, exponential(exponentials, f64x2.sub(v128.load(at, 16), largestB)), 16);
  }
}

/**
 * exp(u), u <= 0 or NaN, as told in ../elementary.ts. The number of the table's entry stands in the low bits of u * -32 + ROUND;
 * the mask only matters for NaN, whose bits may be anything.
 */
@inline
function exponential(exponentials: usize, u: v128): v128 {
  // pmax, unlike max, is one instruction; with u first it keeps NaN.
  const below = f64x2.pmax(u, f64x2.splat(-REACH));
  const rounded = f64x2.add(f64x2.mul(below, f64x2.splat(-32)), f64x2.splat(ROUND));
  const n0 = <usize>(i32x4.extract_lane(rounded, 0) & 2047) << 3;
  const n1 = <usize>(i32x4.extract_lane(rounded, 2) & 2047) << 3;
  const scale = v128.load_lane<u64>(exponentials + n1, v128.load_zero<u64>(exponentials + n0), 1);
  const r = f64x2.add(below, f64x2.mul(f64x2.sub(rounded, f64x2.splat(ROUND)), f64x2.splat(0.03125)));
  const rSq = f64x2.mul(r, r);
  const high = f64x2.add(f64x2.splat(1.0 / 24.0), f64x2.mul(r, f64x2.splat(1.0 / 120.0)));
  const low = f64x2.add(f64x2.splat(0.5), f64x2.mul(r, f64x2.splat(1.0 / 6.0)));
  const rest = f64x2.mul(rSq, f64x2.add(low, f64x2.mul(rSq, high)));
  return f64x2.mul(scale, f64x2.add(f64x2.add(f64x2.splat(1), r), rest));
}
