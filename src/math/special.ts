/** Special functions in f64. */

/** log sum_i exp(values[i]); -Infinity for none, and without overflow or NaN at infinite entries. */
export function logSumExp(values: ArrayLike<number>): number {
  let largest = -Infinity;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, values[i] ?? -Infinity);
  if (!Number.isFinite(largest)) return largest;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.exp((values[i] ?? -Infinity) - largest);
  return largest + Math.log(sum);
}

/** Error function, relative error about 1e-15 for every real x. */
export function erf(x: number): number {
  return Math.abs(x) < 2 ? erfSeries(x) : Math.sign(x) * (1 - erfc(Math.abs(x)));
}

/** Complementary error function 1 - erf(x), relative error about 1e-14 also far in the tail (0 past x = 27). */
export function erfc(x: number): number {
  if (x < 0.5) return 1 - erf(x);
  return x < 2 ? 1 - erfSeries(x) : (Math.exp(-x * x) / Math.sqrt(Math.PI)) * erfcFraction(x);
}

/** 2/sqrt(pi) exp(-x^2) sum_n 2^n x^(2n+1) / (2n+1)!!, all terms of one sign [Abramowitz64] 7.1.6. */
function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** Continued fraction of sqrt(pi) exp(x^2) erfc(x) for x >= 2, from the back [Abramowitz64] 7.1.14. */
function erfcFraction(x: number): number {
  let tail = x;
  for (let n = 120; n >= 1; n--) tail = x + n / 2 / tail;
  return 1 / tail;
}

/** P(Z <= x) for standard normal Z. */
export function normalCdf(x: number): number {
  return 0.5 * erfc(-x / Math.SQRT2);
}

/** x with P(Z <= x) = p, for p in [0, 1]: Acklam's rational start, then two Halley steps on normalCdf. */
export function normalQuantile(p: number): number {
  if (!(p > 0)) return p === 0 ? -Infinity : NaN;
  if (!(p < 1)) return p === 1 ? Infinity : NaN;
  if (p > 0.5) return -normalQuantile(1 - p);
  let x = p < 0.02425 ? tailQuantile(p) : centralQuantile(p);
  for (let i = 0; i < 2; i++) {
    const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
    if (density < 1e-300) break;
    const newton = (normalCdf(x) - p) / density;
    x -= newton / (1 + (x * newton) / 2);
  }
  return x;
}

/** Acklam's approximation for p < 0.02425, relative error 1.2e-9. */
function tailQuantile(p: number): number {
  const q = Math.sqrt(-2 * Math.log(p));
  const numerator = [
    -7.784894002430293e-3, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ];
  const denominator = [7.784695709041462e-3, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
  return polynomial(numerator, q) / polynomial(denominator, q);
}

/** Acklam's approximation for 0.02425 <= p <= 0.5, relative error 1.2e-9. */
function centralQuantile(p: number): number {
  const q = p - 0.5;
  const numerator = [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
    2.506628277459239,
  ];
  const denominator = [
    -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1,
  ];
  return (q * polynomial(numerator, q * q)) / polynomial(denominator, q * q);
}

/** Value at x of the polynomial with the given coefficients, highest power first. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}
