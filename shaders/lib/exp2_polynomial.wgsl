// 2^x for x in [-126, 128), to a relative 2e-7; below -126 about 2^-126. For software adapters, where the built-in and a
// conversion to an integer cost more than the polynomial. The integer part reaches the exponent through the low bits of
// 1.5 * 2^23 + n, multiplied up by 2^23.
fn weight_exp2(exponent: Lanes) -> Lanes {
  let x = select(exponent, Lanes(-126.0), exponent < Lanes(-126.0));
  let n = floor(x + 0.5);
  let f = x - n;
  let g = f * f;
  let p = (1.00000007 + f * 0.69314697) + g * ((0.2402212 + f * 0.05550713) + g * (0.00967554 + f * 0.00132765));
  return bitcast<Lanes>(bitcast<LanesU>(p) + bitcast<LanesU>(n + 12582912.0) * 8388608u);
}
