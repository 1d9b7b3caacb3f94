/** A measured number: never shown without its standard error and the number of samples behind it. */
export interface Estimate {
  readonly value: number;
  /** Standard error of value, same unit. */
  readonly se: number;
  readonly n: number;
}

/**
 * Running sums of a scalar about `shift`: n, sum (v - shift), sum (v - shift)^2. A shift near the mean keeps f32
 * and f64 sums well conditioned. Non-finite values are left out and counted in `nonFinite`.
 */
export interface ScalarSums {
  readonly n: number;
  readonly nonFinite: number;
  readonly shift: number;
  readonly s1: number;
  readonly s2: number;
}

/**
 * Running sums of a vector y = x - shift, enough for the mean and covariance and for the standard error of both.
 * Pairs (i <= j) are stored in order (0,0), (0,1) .. (0,d-1), (1,1) ..; d (d + 1) / 2 of them.
 *
 * shift [d], s1 [d] = sum y_i, s11 [pairs] = sum y_i y_j, s21 [pairs] = sum y_i^2 y_j, s12 [pairs] = sum y_i y_j^2,
 * s22 [pairs] = sum y_i^2 y_j^2.
 */
export interface VectorSums {
  readonly n: number;
  readonly dim: number;
  readonly shift: Float64Array;
  readonly s1: Float64Array;
  readonly s11: Float64Array;
  readonly s21: Float64Array;
  readonly s12: Float64Array;
  readonly s22: Float64Array;
}

/** Counts of samples in equal cells: bins[0] cells from lo[0] to hi[0] and so on, first dimension fastest; `outside` fell in none. */
export interface Histogram {
  readonly dim: 1 | 2;
  readonly lo: readonly number[];
  readonly hi: readonly number[];
  readonly bins: readonly number[];
  readonly counts: Float64Array;
  readonly outside: number;
}
