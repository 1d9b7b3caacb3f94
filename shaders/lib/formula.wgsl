// Functions of the reward formula language; see src/rewards/formula/wgsl.ts. Every result is finite for finite arguments:
// magnitudes saturate at FORMULA_HUGE, and a part outside its domain clears formula_valid, so the whole is FORMULA_INVALID.

const FORMULA_HUGE: f32 = 3.0e38;
const FORMULA_INVALID: f32 = 3.0e38;

var<private> formula_valid: bool = true;

// The value of a finished formula; resets the flag for the next one.
fn formula_result(value: f32) -> f32 {
  let valid = formula_valid;
  formula_valid = true;
  return select(FORMULA_INVALID, value, valid);
}

fn formula_invalid() -> f32 {
  formula_valid = false;
  return 0.0;
}

fn formula_saturate(a: f32) -> f32 {
  return clamp(a, -FORMULA_HUGE, FORMULA_HUGE);
}

fn formula_add(a: f32, b: f32) -> f32 {
  // Halves cannot overflow; doubled only when the sum fits.
  let half = 0.5 * a + 0.5 * b;
  if (abs(half) >= 0.5 * FORMULA_HUGE) { return sign(half) * FORMULA_HUGE; }
  return a + b;
}

fn formula_sub(a: f32, b: f32) -> f32 {
  return formula_add(a, -b);
}

// True if |a| * |b| certainly fits: exponents add up to less than 2^127.
fn formula_product_fits(a: f32, b: f32) -> bool {
  if (a == 0.0 || b == 0.0) { return true; }
  return log2(abs(a)) + log2(abs(b)) < 126.9;
}

fn formula_mul(a: f32, b: f32) -> f32 {
  if (abs(a) < 1.0e19 && abs(b) < 1.0e19) { return a * b; }
  if (formula_product_fits(a, b)) { return formula_saturate(a * b); }
  return sign(a) * sign(b) * FORMULA_HUGE;
}

fn formula_div(a: f32, b: f32) -> f32 {
  if (b == 0.0) { return formula_invalid(); }
  if (abs(a) < 1.0e19 && abs(b) > 1.0e-18) { return a / b; }
  if (a == 0.0) { return 0.0; }
  if (log2(abs(a)) - log2(abs(b)) < 126.9) { return formula_saturate(a / b); }
  return sign(a) * sign(b) * FORMULA_HUGE;
}

fn formula_exp(a: f32) -> f32 { return exp(clamp(a, -104.0, 88.0)); }

fn formula_log(a: f32) -> f32 {
  if (a <= 0.0) { return formula_invalid(); }
  return log(a);
}

fn formula_sqrt(a: f32) -> f32 {
  if (a < 0.0) { return formula_invalid(); }
  return sqrt(a);
}

fn formula_abs(a: f32) -> f32 { return abs(a); }

// Devices promise their sin and cos only to 2^-11, and only on [-pi, pi]. The argument is reduced with 2 pi in three parts
// whose products with a whole number of turns up to 2^12 or so are exact.
fn formula_turn(a: f32) -> f32 {
  let turns = round(a * 0.15915494);
  return ((a - turns * 6.28125) - turns * 0.0019350051879882812) - turns * 3.019916e-7;
}

// sin on [-pi/2, pi/2], to an absolute 1e-7
fn formula_sin_quarter(r: f32) -> f32 {
  let z = r * r;
  return r + r * z * (-0.16666648 + z * (0.0083329 + z * (-0.00019800898 + z * 2.5904885e-6)));
}

fn formula_sin(a: f32) -> f32 {
  let r = formula_turn(a);
  if (abs(r) <= 1.5707964) { return formula_sin_quarter(r); }
  // pi - |r|, with pi in two parts
  return sign(r) * formula_sin_quarter((3.140625 - abs(r)) + 0.0009676536);
}

fn formula_cos(a: f32) -> f32 {
  // cos r = sin(pi/2 - |r|), with pi/2 in two parts
  return formula_sin_quarter((1.5703125 - abs(formula_turn(a))) + 0.0004838268);
}

fn formula_tan(a: f32) -> f32 { return formula_div(formula_sin(a), formula_cos(a)); }

fn formula_tanh(a: f32) -> f32 {
  // The usual quotient cancels near 0, where the series x - x^3/3 + 2 x^5/15 is exact to f32.
  if (abs(a) < 0.1) {
    let s = a * a;
    return a * (1.0 + s * (-0.33333333 + s * (0.13333333 - s * 0.05396825)));
  }
  let q = exp(-2.0 * min(abs(a), 20.0));
  return sign(a) * (1.0 - q) / (1.0 + q);
}

fn formula_sigmoid(a: f32) -> f32 { return 1.0 / (1.0 + exp(clamp(-a, -88.0, 88.0))); }

fn formula_sign(a: f32) -> f32 { return sign(a); }

fn formula_floor(a: f32) -> f32 { return floor(a); }

fn formula_min(a: f32, b: f32) -> f32 { return min(a, b); }

fn formula_max(a: f32, b: f32) -> f32 { return max(a, b); }

fn formula_power_integer(a: f32, n: i32) -> f32 {
  if (n < 0) { return formula_div(1.0, formula_power_integer_positive(a, -n)); }
  return formula_power_integer_positive(a, n);
}

fn formula_power_integer_positive(a: f32, n: i32) -> f32 {
  var result = 1.0;
  var square = a;
  var left = n;
  for (; left > 0; left = left >> 1u) {
    if ((left & 1) == 1) { result = formula_mul(result, square); }
    if (left > 1) { square = formula_mul(square, square); }
  }
  return result;
}

fn formula_pow(a: f32, b: f32) -> f32 {
  if (b == 0.0) { return 1.0; }
  if (a == 0.0) {
    if (b < 0.0) { return formula_invalid(); }
    return 0.0;
  }
  let magnitude = exp2(clamp(b * log2(abs(a)), -150.0, 127.0));
  if (a > 0.0) { return magnitude; }
  if (floor(b) != b) { return formula_invalid(); }
  // Whole numbers from 2^24 on are even in f32.
  let odd = abs(b) < 16777216.0 && (i32(abs(b)) & 1) == 1;
  return select(magnitude, -magnitude, odd);
}
