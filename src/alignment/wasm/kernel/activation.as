/** SiLU and its slope in f32, four numbers at a time, in AssemblyScript. Addresses in bytes, counts multiples of 4. */

/**
 * What `activate` multiplies and adds: -1/ln 2; 1.5 2^23, which rounds what is added to it; ln 2 in two parts, of which the first
 * has so few bits that its multiples are exact; the coefficients of (exp(-r) - 1 + r) / r^2 for |r| <= ln(2)/2 [Cephes, expf],
 * the odd ones negated since r stands for -r; 1; the range in which 2^n is a normal number.
 */
const CONSTANTS: usize = memory.data<f32>([
  -1.44269504, 12582912, 0.693359375, -2.1219444e-4, -1.98756915e-4, 1.3981999507e-3, -8.3334519073e-3, 4.1665795894e-2,
  -1.6666665459e-1, 0.5, 1, -87, 87,
]);

/**
 * values = silu(values) = x / (1 + exp(-x)), and slopes = its derivative there. exp(-x) is off by at most 3 x 2^-24 of itself
 * (two of them the polynomial's [Cephes]), 1 + exp and the quotient by half an ulp each: the gate by 5 x 2^-24, silu by 6.
 * Below -87, where silu is nearly 0, the gate stays exp(-87). NaN stays NaN.
 */
export function activate(values: usize, slopes: usize, count: i32): void {
  // Read from memory: the compilers of browsers would make a constant anew at every turn.
  const perTurn = constant(0);
  const rounder = constant(1);
  const ln2High = constant(2);
  const ln2Low = constant(3);
  const c5 = constant(4);
  const c4 = constant(5);
  const c3 = constant(6);
  const c2 = constant(7);
  const c1 = constant(8);
  const c0 = constant(9);
  const one = constant(10);
  const least = constant(11);
  const most = constant(12);
  for (let end = values + (<usize>count << 2); values < end; values += 16, slopes += 16) {
    const x = v128.load(values);
    // pmax and pmin, unlike max and min, are one instruction; with x first they keep NaN.
    const held = f32x4.pmin(f32x4.pmax(x, least), most);
    const rounded = f32x4.add(f32x4.mul(held, perTurn), rounder);
    const n = f32x4.sub(rounded, rounder);
    const r = f32x4.add(f32x4.add(held, f32x4.mul(n, ln2High)), f32x4.mul(n, ln2Low));
    let sum = f32x4.add(f32x4.mul(r, c5), c4);
    sum = f32x4.add(f32x4.mul(r, sum), c3);
    sum = f32x4.add(f32x4.mul(r, sum), c2);
    sum = f32x4.add(f32x4.mul(r, sum), c1);
    sum = f32x4.add(f32x4.mul(r, sum), c0);
    sum = f32x4.add(f32x4.sub(f32x4.mul(f32x4.mul(r, r), sum), r), one);
    // n stands in the low bits of `rounded`; added to the exponent it multiplies by 2^n.
    const exponential = i32x4.add(sum, i32x4.shl(rounded, 23));
    const gate = f32x4.div(one, f32x4.add(one, exponential));
    const silu = f32x4.mul(x, gate);
    v128.store(values, silu);
    v128.store(slopes, f32x4.add(gate, f32x4.mul(silu, f32x4.sub(one, gate))));
  }
}

/** values *= factors */
export function scale(values: usize, factors: usize, count: i32): void {
  for (let end = values + (<usize>count << 2); values < end; values += 16, factors += 16)
    v128.store(values, f32x4.mul(v128.load(values), v128.load(factors)));
}

@inline
function constant(i: usize): v128 {
  return v128.load_splat<f32>(CONSTANTS + 4 * i);
}
