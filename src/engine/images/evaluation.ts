/** What the evaluation classifiers see in images: features for Frechet distances, and whether they read what was asked. */
import { SLOT_NAMES, SLOT_VALUES } from "../../prompt/slots.ts";
import { ensembleLogProbs } from "../../rewards/image/classifier.ts";
import { FIDELITY_FEATURES, type ImageEvaluation, NOT_ASKED, type RealFeatures } from "../image-engine.ts";
import { EVALUATION_FEATURES, type EvaluationClassifier } from "./evaluation-classifier.ts";

export interface EvaluationParts {
  /** The ensemble; features are those of its first member. */
  readonly judges: readonly EvaluationClassifier[];
  /** [128, 32] turn its features into the leading principal components. */
  readonly components: Float32Array;
  readonly real: RealFeatures;
}

/** Evaluates images [count, 3, 32, 32] with the prompts [count, 6] that they were asked for. */
export async function evaluateImages(
  { judges, components }: EvaluationParts,
  images: Float32Array,
  prompts: Int32Array,
): Promise<ImageEvaluation> {
  const answers = [];
  for (const judge of judges) answers.push(await judge(images));
  const logProbs = ensembleLogProbs(answers.map((answer) => answer.logProbs));
  const readings = Uint8Array.from(prompts, (token, at) => {
    const slot = SLOT_NAMES[at % SLOT_NAMES.length] ?? "character";
    return readingOf(logProbs[slot], SLOT_VALUES[slot].length, Math.floor(at / SLOT_NAMES.length), token);
  });
  return { features: projected(answers[0]?.features ?? new Float32Array(0), components), readings };
}

/** Features [n, 128] as principal components [n, 32]. */
function projected(features: Float32Array, components: Float32Array): Float32Array {
  const rows = features.length / EVALUATION_FEATURES;
  return Float32Array.from({ length: rows * FIDELITY_FEATURES }, (_, at) => {
    const [row, column] = [Math.floor(at / FIDELITY_FEATURES), at % FIDELITY_FEATURES];
    let sum = 0;
    for (let i = 0; i < EVALUATION_FEATURES; i++)
      sum +=
        (features[row * EVALUATION_FEATURES + i] as number) *
        (components[i * FIDELITY_FEATURES + column] as number);
    return sum;
  });
}

function readingOf(logProbs: ArrayLike<number>, values: number, image: number, token: number): number {
  if (token >= values) return NOT_ASKED;
  const asked = logProbs[image * values + token] ?? NaN;
  for (let value = 0; value < values; value++)
    if ((logProbs[image * values + value] ?? NaN) > asked) return 0;
  return 1;
}
