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

/** One component in nested arrays, as in the specification: weight > 0 (relative), mean [d], cov [d][d]. */
export interface ComponentParameters {
  readonly weight: number;
  readonly mean: readonly number[];
  readonly cov: readonly (readonly number[])[];
}

/** Mixture of the given components; weights are normalised. Throws RangeError without a positive finite total weight. */
export function mixtureFromComponents(components: readonly ComponentParameters[]): GaussianMixture {
  const dim = components[0]?.mean.length ?? 0;
  const total = components.reduce((sum, c) => sum + c.weight, 0);
  if (!(total > 0 && total < Infinity))
    throw new RangeError(
      `mixture: weights must be positive and sum to a finite number, got sum ${total}; give a component weight`,
    );
  return {
    dim,
    count: components.length,
    weights: Float64Array.from(components, (c) => c.weight / total),
    means: Float64Array.from(components.flatMap((c) => [...c.mean])),
    covs: Float64Array.from(components.flatMap((c) => c.cov.flatMap((row) => [...row]))),
  };
}

/** The same mixture in nested arrays. */
export function mixtureComponents(m: GaussianMixture): ComponentParameters[] {
  const { dim: d } = m;
  return Array.from(m.weights, (weight, k) => ({
    weight,
    mean: Array.from(componentMean(m, k)),
    cov: Array.from({ length: d }, (_, i) =>
      Array.from(m.covs.subarray((k * d + i) * d, (k * d + i + 1) * d)),
    ),
  }));
}

/** The Gaussian N(mean [d], cov [d, d]) as a mixture of one. */
export function gaussianLaw(mean: ArrayLike<number>, cov: Float64Array): GaussianMixture {
  return {
    dim: mean.length,
    count: 1,
    weights: Float64Array.of(1),
    means: Float64Array.from(mean),
    covs: Float64Array.from(cov),
  };
}

/** Mean [d] of component k, a view. */
export function componentMean(m: GaussianMixture, k: number): Float64Array {
  return m.means.subarray(k * m.dim, (k + 1) * m.dim);
}

/** Covariance [d, d] of component k, a view. */
export function componentCov(m: GaussianMixture, k: number): Float64Array {
  const size = m.dim * m.dim;
  return m.covs.subarray(k * size, (k + 1) * size);
}

/** Mean [d] and covariance [d, d] of the whole mixture. */
export function mixtureMoments(m: GaussianMixture): { mean: Float64Array; cov: Float64Array } {
  const { dim: d } = m;
  const mean = new Float64Array(d);
  const cov = new Float64Array(d * d);
  m.weights.forEach((weight, k) => {
    componentMean(m, k).forEach((value, i) => (mean[i] = (mean[i] ?? 0) + weight * value));
  });
  m.weights.forEach((weight, k) => {
    const shift = componentMean(m, k).map((value, i) => value - (mean[i] ?? 0));
    componentCov(m, k).forEach((value, ij) => {
      const between = (shift[Math.floor(ij / d)] ?? 0) * (shift[ij % d] ?? 0);
      cov[ij] = (cov[ij] ?? 0) + weight * (value + between);
    });
  });
  return { mean, cov };
}

/** Law of x_t = alpha x_0 + sigma eps for x_0 from the mixture: means alpha m, covariances alpha^2 C + sigma^2 I. */
export function noisedMixture(m: GaussianMixture, alpha: number, sigma: number): GaussianMixture {
  const { dim: d } = m;
  const onDiagonal = (ij: number): boolean => Math.floor((ij % (d * d)) / d) === ij % d;
  return {
    dim: d,
    count: m.count,
    weights: m.weights.slice(),
    means: m.means.map((value) => alpha * value),
    covs: m.covs.map((value, ij) => alpha * alpha * value + (onDiagonal(ij) ? sigma * sigma : 0)),
  };
}
