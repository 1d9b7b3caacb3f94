/** The seed of a branch: the same settings and seed would repeat the run that it comes from. */
import { LIMITS } from "../../spec/limits.ts";
import type { TrainingSpec } from "../../spec/training/types.ts";
import { runKey } from "./keys.ts";

/** The settings under the next seed above theirs that none of `taken` has with them; after the largest comes the least. */
export function withNextSeed(spec: TrainingSpec, taken: readonly TrainingSpec[]): TrainingSpec {
  const { min, max } = LIMITS.seed;
  const keys = new Set(taken.map(runKey));
  const next = (from: TrainingSpec): TrainingSpec => {
    const { seed } = from.training;
    return { ...from, training: { ...from.training, seed: seed < max ? seed + 1 : min } };
  };
  let tried = next(spec);
  while (keys.has(runKey(tried)) && tried.training.seed !== spec.training.seed) tried = next(tried);
  return tried;
}
