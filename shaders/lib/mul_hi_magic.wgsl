// High words of the two Philox products without a shift: software adapters run a vector shift one lane at a time, about
// ten times slower than a product or a sum. Same function as mul_hi_integer.wgsl, bit for bit.
//
// A number v that is a multiple of 2^16 is exact in f32, and v + 1.5 * 2^39 has an ulp of 2^16, so its bit pattern is
// 0x53400000 + v / 2^16: a shift by 16 for the price of a conversion and an addition, all exact. With the multiplier as
// signed halves, M - 2^32 = mh 2^16 + ml (both below 2^15 in size), the middle sum stays inside 32 signed bits once the
// pattern's own 0x53400000 has shifted it:
//   M0: ml = 8019, mh = -11695: ah ml + al mh in [-7.7e8, 5.3e8];  M1: ml = -29353, mh = -12897: in [-2.78e9, 0].
// floor(a M / 2^32) = floor(a (M - 2^32) / 2^32) + a.

const RNG_MAGIC: Lanes = Lanes(824633720832.0); // 1.5 * 2^39
const RNG_HIGH: LanesI = LanesI(-65536);
const RNG_LOW: LanesI = LanesI(0xffff);
// -(0x53400000 + 0x5340), which the two shifts have added
const RNG_UNBIAS: i32 = -1396724544;

fn rng_shift16(a: LanesI) -> LanesI {
  return bitcast<LanesI>(Lanes(a & RNG_HIGH) + RNG_MAGIC);
}

fn rng_mul_hi0(word: LanesU) -> LanesU {
  let a = bitcast<LanesI>(word);
  let al = a & RNG_LOW;
  let ah = rng_shift16(a) & RNG_LOW;
  let middle = ah * 8019 + al * -11695 + rng_shift16(al * 8019);
  return bitcast<LanesU>(ah * -11695 + rng_shift16(middle) + a + RNG_UNBIAS);
}

fn rng_mul_hi1(word: LanesU) -> LanesU {
  let a = bitcast<LanesI>(word);
  let al = a & RNG_LOW;
  let ah = rng_shift16(a) & RNG_LOW;
  let middle = ah * -29353 + al * -12897 + rng_shift16(al * -29353);
  return bitcast<LanesU>(ah * -12897 + rng_shift16(middle) + a + RNG_UNBIAS);
}
