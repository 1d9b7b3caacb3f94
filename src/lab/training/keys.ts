/** What decides which part of a training run: two specs with equal keys share it. */
import { isImageTraining, type TrainingSpec } from "../../spec/training/types.ts";

/** The pretrained network: law, process, shape and pretraining; of the glyph model its weights and the parts that are trained. */
export function referenceKey(spec: TrainingSpec): string {
  if (isImageTraining(spec)) return JSON.stringify(["glyphs", spec.model.weights, spec.adapter]);
  return JSON.stringify([spec.model, spec.process, spec.network]);
}

/** What is worked out once before a run: the network's part and the rewards. */
export function problemKey(spec: TrainingSpec): string {
  const { model, rewards, heldOut } = spec;
  const network = isImageTraining(spec) ? [spec.adapter] : [spec.process, spec.network];
  return JSON.stringify([model, ...network, rewards, heldOut]);
}

/** What the measurements of a run depend on besides its weights: runs that share it can be drawn on one axis. */
export function measureKey(spec: TrainingSpec): string {
  const { noise, steps, grid } = spec.training;
  const { particles, seed } = spec.evaluation;
  return JSON.stringify([problemKey(spec), noise, steps, grid, particles, seed]);
}

/** Everything that a run depends on; the axes of the studies are left out. */
export function runKey(spec: TrainingSpec): string {
  const { every, particles, seed } = spec.evaluation;
  return JSON.stringify([problemKey(spec), spec.algorithm, spec.training, every, particles, seed]);
}
