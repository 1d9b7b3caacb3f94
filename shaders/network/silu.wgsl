// x / (1 + e^-x). The exponent is capped where the quotient has long been 0 in f32, so that nothing overflows.
fn silu(x: vec4f) -> vec4f {
  return x / (1.0 + exp(min(-x, vec4f(80.0))));
}
