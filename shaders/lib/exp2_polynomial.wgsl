// 2^x for x in [-126, 128), to a relative 2e-7; below -126 about 2^-126. For software adapters, where the built-in and a
// conversion to an integer cost more than the polynomial. The integer part reaches the exponent through the low bits of
// 1.5 * 2^23 + n, multiplied up by 2^23.
fn weight_exp2(exponent: vec4f) -> vec4f {
  let x = select(exponent, vec4f(-126.0), exponent < vec4f(-126.0));
  let n = floor(x + 0.5);
  let f = x - n;
  let p = 1.00000007 + f * (0.69314697 + f * (0.2402212 + f * (0.05550713 + f * (0.00967554 + f * 0.00132765))));
  return bitcast<vec4f>(bitcast<vec4u>(p) + bitcast<vec4u>(n + 12582912.0) * 8388608u);
}
