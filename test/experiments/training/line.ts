/** The training that these tests vary: a Gaussian on a line with a quadratic reward, all in closed form. */
import { SpecError } from "../../../src/spec/problems.ts";
import { parseTrainingSpec } from "../../../src/spec/training/parse.ts";
import type { PointTrainingSpec } from "../../../src/spec/training/types.ts";

type Json = Readonly<Record<string, unknown>>;

/** Data N(0.5, 0.4), reward -(x - 1.5)^2, N = 8 at eta 1.2. */
export function lineSpec(
  training: Json = {},
  { evaluation = {}, ...rest }: Json & { readonly evaluation?: Json } = {},
): PointTrainingSpec {
  const parsed = parseTrainingSpec({
    version: 1,
    kind: "training",
    model: { kind: "gaussian", mean: [0.5], cov: [[0.4]] },
    rewards: [{ reward: { kind: "quadratic", center: [1.5] } }],
    heldOut: { kind: "linear", weights: [1] },
    training: {
      noise: { kind: "gddim", eta: 1.2 },
      steps: 8,
      iterations: 4,
      learningRate: 0.1,
      batch: 24,
      ...training,
    },
    evaluation: {
      every: 2,
      particles: 2000,
      etasTrain: [0.5, 1.2],
      etasDeploy: [0, 1],
      stepsDeploy: [4, 8],
      seeds: 2,
      ...evaluation,
    },
    ...rest,
  });
  if (!parsed.ok) throw new SpecError(parsed.problems);
  return parsed.spec as PointTrainingSpec;
}
