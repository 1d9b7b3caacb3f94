// Compensated sums: a pair (total, what the total has lost). `zero` is 0 from a uniform: passing results through its bits
// keeps compilers, which may reassociate f32 arithmetic, from simplifying the compensation away.

fn sums_opaque(value: f32, zero: u32) -> f32 {
  return bitcast<f32>(bitcast<u32>(value) ^ zero);
}

// The pair plus one number [Knuth, TwoSum].
fn sums_add(sum: vec2f, value: f32, zero: u32) -> vec2f {
  let total = sums_opaque(sum.x + value, zero);
  let part = sums_opaque(total - sum.x, zero);
  let lost = (sum.x - sums_opaque(total - part, zero)) + (value - part);
  return vec2f(total, sum.y + lost);
}

// The pair plus another pair.
fn sums_merge(a: vec2f, b: vec2f, zero: u32) -> vec2f {
  let sum = sums_add(a, b.x, zero);
  return vec2f(sum.x, sum.y + b.y);
}

// True below the limit, false for NaN and infinity too; by bits, since WGSL compilers may assume there are none.
fn sums_below(value: f32, limit: f32) -> bool {
  return (bitcast<u32>(value) & 0x7fffffffu) < bitcast<u32>(limit);
}
