/** Model specifications as laws. Shapes and raw points become mixtures by EM; the fit depends on the model alone, never on the seed of a run. */
import { gaussianLaw, mixtureFromComponents, type GaussianMixture } from "../diffusion/mixture.ts";
import { shapePoints } from "../diffusion/shapes.ts";
import type { CovarianceSpec, ModelSpec } from "../spec/types.ts";
import { fitPoints, type PointFit } from "./fit-points.ts";

/** Points drawn from a shape before the fit. */
const SHAPE_POINTS = 1500;
/** Seed of shapes and fits. */
const FIT_SEED = 1;
/** Largest component count of a shape's fit: enough for two moons, little enough for a fast sampler. */
const SHAPE_COMPONENTS = 32;
/** Largest component count of a fit to points that does not name one. */
export const POINTS_COMPONENTS = 16;

/** The law that a model specification stands for. */
export function modelLaw(model: ModelSpec): GaussianMixture {
  switch (model.kind) {
    case "gaussian":
      return gaussianLaw(model.mean, covarianceMatrix(model.cov, model.mean.length));
    case "mixture":
      return mixtureFromComponents(model.components);
    case "shape":
    case "points":
      return mixtureFromComponents(modelFit(model).components);
  }
}

/** Covariance [d, d], row-major, of a matrix or a rule. */
export function covarianceMatrix(cov: CovarianceSpec, dim: number): Float64Array {
  if (!("kind" in cov)) return Float64Array.from(cov.flat());
  const entry = (i: number, j: number): number => {
    if (cov.kind === "exponential") return cov.variance * cov.correlation ** Math.abs(i - j);
    if (i !== j) return 0;
    return cov.kind === "isotropic" ? cov.variance : (cov.variances[i] ?? 0);
  };
  return Float64Array.from({ length: dim * dim }, (_, ij) => entry(Math.floor(ij / dim), ij % dim));
}

type FittedModel = Extract<ModelSpec, { kind: "shape" | "points" }>;

/** The finished fit that the specification carries, or a new one. */
export function modelFit(model: FittedModel): Pick<PointFit, "components"> {
  if (model.kind === "points" && model.components !== undefined) return { components: model.components };
  const key = JSON.stringify(model);
  const known = FITS.get(key);
  if (known !== undefined) return known;
  const fit = fitPoints(fitRequest(model));
  if (FITS.size >= MOST_FITS) FITS.clear();
  FITS.set(key, fit);
  return fit;
}

// A memo of a pure function: a fit takes up to a second, and every move of a slider resolves the same model again.
const FITS = new Map<string, PointFit>();
const MOST_FITS = 16;

function fitRequest(model: FittedModel) {
  if (model.kind === "shape") {
    return {
      points: shapePoints(model.shape, model.noise, SHAPE_POINTS, FIT_SEED),
      dim: 2,
      maxComponents: SHAPE_COMPONENTS,
      seed: FIT_SEED,
    };
  }
  const points = model.points ?? [];
  return {
    points: Float64Array.from(points.flat()),
    dim: points[0]?.length ?? 1,
    maxComponents: model.maxComponents ?? POINTS_COMPONENTS,
    seed: FIT_SEED,
  };
}
