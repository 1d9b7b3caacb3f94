/** From training points to training images and back, with the settings that mean the same for both. */
import type { TrainingSpec } from "../../../spec/training/types.ts";
import { withAlgorithm } from "./training-edits.ts";

/**
 * `to` with the algorithm, the noise law, the KL weight and the seeds of `from`. Sizes stay those of `to`: a batch of points is
 * no batch of images. Levels of laws other than gDDIM stay too, since Euler-Maruyama takes more steps than images get.
 */
export function carriedOver<S extends TrainingSpec>(from: TrainingSpec, to: S): S {
  const { noise, klWeight, seed } = from.training;
  const base = from.algorithm.kind === to.algorithm.kind ? to : withAlgorithm(to, from.algorithm.kind);
  return {
    ...base,
    training: {
      ...base.training,
      ...(noise.kind === "gddim" ? { noise, lastStep: "drop" } : {}),
      klWeight,
      seed,
    },
    evaluation: { ...base.evaluation, seed: from.evaluation.seed },
  };
}
