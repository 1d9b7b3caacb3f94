/** Edits of a Gaussian law that keep mean and covariance of one size. */
import type { CovarianceSpec, ModelSpec } from "../../spec/types.ts";

export type GaussianModel = Extract<ModelSpec, { kind: "gaussian" }>;
export type CovarianceKind = "full" | "isotropic" | "diagonal" | "exponential";

/** Full matrices are typed up to this dimension; beyond it a rule is clearer. */
export const MAX_TYPED_DIM = 6;

/** Which of the four forms a covariance has. */
export function covarianceKind(cov: CovarianceSpec): CovarianceKind {
  return "kind" in cov ? cov.kind : "full";
}

/** The law in another dimension: the mean cut or repeated, the covariance likewise. */
export function withDimension(model: GaussianModel, dim: number): GaussianModel {
  const last = model.mean.at(-1) ?? 0;
  const mean = Array.from({ length: dim }, (_, i) => model.mean[i] ?? last);
  return { ...model, mean, cov: resized(model.cov, dim) };
}

function resized(cov: CovarianceSpec, dim: number): CovarianceSpec {
  if (!("kind" in cov)) {
    const variance = cov[0]?.[0] ?? 1;
    if (dim > MAX_TYPED_DIM) return { kind: "isotropic", variance };
    return matrix(dim, (i, j) => cov[i]?.[j] ?? (i === j ? variance : 0));
  }
  if (cov.kind !== "diagonal") return cov;
  const last = cov.variances.at(-1) ?? 1;
  return { kind: "diagonal", variances: Array.from({ length: dim }, (_, i) => cov.variances[i] ?? last) };
}

/** The same law, as nearly as the form allows, with its covariance in another form. */
export function withCovarianceKind(model: GaussianModel, kind: CovarianceKind): GaussianModel {
  const dim = model.mean.length;
  const variances = variancesOf(model.cov, dim);
  const variance = variances.reduce((a, b) => a + b, 0) / dim;
  const rounded = Number(variance.toPrecision(4));
  switch (kind) {
    case "isotropic":
      return { ...model, cov: { kind, variance: rounded } };
    case "diagonal":
      return { ...model, cov: { kind, variances } };
    case "exponential":
      return { ...model, cov: { kind, variance: rounded, correlation: 0.5 } };
    case "full":
      return { ...model, cov: matrix(dim, (i, j) => entryOf(model.cov, i, j)) };
  }
}

function variancesOf(cov: CovarianceSpec, dim: number): number[] {
  return Array.from({ length: dim }, (_, i) => entryOf(cov, i, i));
}

function entryOf(cov: CovarianceSpec, i: number, j: number): number {
  if (!("kind" in cov)) return cov[i]?.[j] ?? 0;
  if (cov.kind === "exponential")
    return Number((cov.variance * cov.correlation ** Math.abs(i - j)).toPrecision(6));
  if (i !== j) return 0;
  return cov.kind === "isotropic" ? cov.variance : (cov.variances[i] ?? 1);
}

function matrix(dim: number, entry: (i: number, j: number) => number): number[][] {
  return Array.from({ length: dim }, (_, i) => Array.from({ length: dim }, (_, j) => entry(i, j)));
}
