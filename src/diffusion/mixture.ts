/**
 * A law: a mixture of Gaussians in d dimensions (one component = a Gaussian). Plain data, safe to post to a worker.
 *
 * weights  [K]      positive, sum 1
 * means    [K, d]   row-major
 * covs     [K, d, d]
 */
export interface GaussianMixture {
  readonly dim: number;
  readonly count: number;
  readonly weights: Float64Array;
  readonly means: Float64Array;
  readonly covs: Float64Array;
}
