/** IEEE 754 half precision, for engines whose DataView does not know it yet. */

/** The number that 16 bits stand for. */
export function floatFromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** Every half's number; made once, when first asked for, since it takes as long as a large tensor. */
let known: Float32Array | null = null;

function knownFloats(): Float32Array {
  const table = new Float32Array(2 ** 16);
  for (let bits = 0; bits < table.length; bits++) table[bits] = floatFromHalf(bits);
  return table;
}

/** The numbers of many halves. */
export function floatsFromHalves(halves: Uint16Array): Float32Array {
  const table = (known ??= knownFloats());
  const out = new Float32Array(halves.length);
  for (let i = 0; i < out.length; i++) out[i] = table[halves[i] ?? 0] ?? NaN;
  return out;
}

/** The 16 bits nearest to a number, ties to even; infinite from 65,520 on. */
export function halfFromFloat(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= 65520) return sign | 0x7c00;
  if (size < 2 ** -14) return sign | roundToEven(size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  // A logarithm of a number just below a power of two may round up to it.
  const shifted = exponent - (size < 2 ** exponent ? 1 : 0);
  return sign | (((shifted + 15) << 10) + roundToEven(size * 2 ** (10 - shifted)) - 1024);
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
