// Uniforms and standard normals from random words. Written out because WGSL promises its cos
// only to 2^-11 and its log only to 2^-21 near one.

// (floor(w / 2^9) + 1/2) 2^-23 - 1/2, exact: multiples of 2^-24 in (-1/2, 1/2). Adding 1/2 gives the open interval (0, 1).
fn normal_centred_uniform(w: LanesU) -> Lanes {
  let signed = bitcast<LanesI>((w ^ LanesU(0x80000000u)) & LanesU(0xfffffe00u));
  return Lanes(signed) * 2.3283064365386963e-10 + 5.9604644775390625e-8;
}

// -2 ln u for u in (0, 1), to a relative 5e-7. u = 2^e m with m in [1/sqrt 2, sqrt 2); ln m = 2 artanh s, s = (m-1)/(m+1).
fn normal_minus_two_log(u: Lanes) -> Lanes {
  let bits = bitcast<LanesI>(u);
  let exponent = (bits - LanesI(0x3f3504f3)) & LanesI(-8388608);
  let f = bitcast<Lanes>(bits - exponent) - 1.0;
  let s = f / (f + 2.0);
  let z = s * s;
  let tail = z * (0.66666776 + z * (0.39977541 + z * 0.29871731)); // minimax on s^2 <= 0.02944
  let log_m = s * 2.0 + s * tail;
  return Lanes(exponent) * -1.6525917e-7 - 2.0 * log_m; // 2 ln 2 / 2^23
}

// sin(pi x / 2) for |x| <= 1, to an absolute 1.2e-7
fn normal_sin_quarter(x: Lanes) -> Lanes {
  let z = x * x;
  return x * (1.57079629 + z * (-0.64596336 + z * (0.07968848 + z * (-0.004672228 + z * 0.000150820564))));
}

struct NormalPair {
  z0: Lanes,
  z1: Lanes,
}

// Box-Muller: sqrt(-2 ln u0) (cos 2 pi u1, sin 2 pi u1). The angle is folded to a quarter turn exactly: with v = u1 - 1/2,
// cos 2 pi u1 = sin(pi/2 (4|v| - 1)) and sin 2 pi u1 = sin(pi/2 (1 - 4 | |v - 1/4| - 1/2 |)).
fn normal_pair(w0: LanesU, w1: LanesU) -> NormalPair {
  let r = sqrt(normal_minus_two_log(normal_centred_uniform(w0) + 0.5));
  let v = normal_centred_uniform(w1);
  let c = normal_sin_quarter(4.0 * abs(v) - 1.0);
  let s = normal_sin_quarter(1.0 - 4.0 * abs(abs(v - 0.25) - 0.5));
  return NormalPair(r * c, r * s);
}
