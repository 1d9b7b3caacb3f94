/**
 * The general bound of bound.ts for a network on the flow x_t = (1 - t) x_0 + t eps, from numbers measured at some times.
 *
 * With l(t) the slope of x0Hat, <x0Hat(x) - x0Hat(y), x - y> <= l |x - y|^2, the score's is L = ((1 - t) l - 1) / t^2, and
 * an error e(t) of x0Hat is one of (1 - t) e / t^2 of the score. From the end time d on,
 *
 *     K(t) = exp( int_d^t [1/(1-u) + (1 + eta^2) ((1-u) l - 1) / (u (1-u))] du )
 *          = exp( (1 + eta^2) [int_d^t l/u du - log(t/d)] + eta^2 log((1-t)/(1-d)) )
 *     W2 <= K(T) W2(prior, p_T) + (1 + eta^2) int_d^T K e dlog t
 *
 * and W2(prior, p_T) <= (1 - T) sqrt(E|x_0|^2 + D) by taking eps for both.
 */

/** What is measured of a network, at ascending times from d > 0 to T < 1. */
export interface NetworkProfile {
  readonly times: readonly number[];
  /** l at each time. */
  readonly slopes: readonly number[];
  /** e at each time, data units: root of a mean squared length. */
  readonly errors: readonly number[];
  /** E|x_0|^2, data units squared. */
  readonly sizeSq: number;
  /** D. */
  readonly dim: number;
}

export interface NetworkBound {
  /** On W2(sampler, images), data units; Infinity where it overflows. */
  readonly w2: number;
  readonly priorMismatch: number;
  readonly scoreError: number;
  /** log K(T): what becomes of an error of the start. */
  readonly logContraction: number;
}

/** The bound for one eta. Trapezia in log t. Throws RangeError on times that are not inside (0, 1) and ascending. */
export function networkBound(profile: NetworkProfile, eta: number): NetworkBound {
  const { times, slopes, errors, sizeSq, dim } = profile;
  const [first = NaN] = times;
  const last = times.at(-1) ?? NaN;
  if (!(first > 0 && last < 1 && times.every((t, i) => i === 0 || t > (times[i - 1] ?? 1))))
    throw new RangeError(`networkBound.times: must ascend inside (0, 1), got ${times.join(", ")}`);
  const speed = 1 + eta * eta;
  let slopeSum = 0;
  let score = 0;
  let before = 0;
  let logK = 0;
  times.forEach((t, i) => {
    const step = i === 0 ? 0 : Math.log(t / (times[i - 1] ?? t));
    slopeSum += (step / 2) * ((slopes[i] ?? NaN) + (slopes[i - 1] ?? 0));
    logK = speed * (slopeSum - Math.log(t / first)) + eta * eta * Math.log((1 - t) / (1 - first));
    const now = speed * Math.exp(logK) * (errors[i] ?? NaN);
    score += (step / 2) * (now + before);
    before = now;
  });
  const priorMismatch = Math.exp(logK) * (1 - last) * Math.sqrt(sizeSq + dim);
  return { w2: priorMismatch + score, priorMismatch, scoreError: score, logContraction: logK };
}

/**
 * The least log K(T) for eta that can be proved from images in [-1, 1]^D alone: the slope of the exact x0Hat is
 * (1 - t) / t^2 times a posterior covariance, of at most D. Returns log K(T) of the bound with that slope.
 */
export function provableLogContraction(first: number, last: number, dim: number, eta: number): number {
  // int (1 - u) / u^3 du = 1/u - 1/(2 u^2)
  const antiderivative = (u: number) => 1 / u - 1 / (2 * u * u);
  const slopeSum = dim * (antiderivative(last) - antiderivative(first));
  return (
    (1 + eta * eta) * (slopeSum - Math.log(last / first)) + eta * eta * Math.log((1 - last) / (1 - first))
  );
}
