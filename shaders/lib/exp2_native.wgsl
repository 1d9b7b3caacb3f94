// 2^x for x <= 128; 0 or a denormal below -126. GPUs have an instruction for it. See exp2_polynomial.wgsl.
fn weight_exp2(x: Lanes) -> Lanes {
  return exp2(x);
}
