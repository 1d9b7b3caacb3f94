/** The table of algorithms. A new one is one file and one entry here. */
import type { AlgorithmKind, AlgorithmSpec } from "../../spec/training/types.ts";
import type { Algorithm, AlgorithmCard, AlgorithmFactory, AlignmentSetup } from "../algorithm.ts";
import { DDPO_IS_CARD, DDPO_SF_CARD, ddpoIs, ddpoSf } from "./ddpo.ts";

interface Entry<K extends AlgorithmKind> {
  readonly create: AlgorithmFactory<Extract<AlgorithmSpec, { kind: K }>>;
  readonly card: AlgorithmCard;
}

const ALGORITHMS: { readonly [K in AlgorithmKind]?: Entry<K> } = {
  "ddpo-sf": { create: ddpoSf, card: DDPO_SF_CARD },
  "ddpo-is": { create: ddpoIs, card: DDPO_IS_CARD },
};

/** The algorithm of a specification. Throws RangeError where its settings leave nothing to train. */
export function createAlgorithm(
  spec: AlgorithmSpec,
  setup: AlignmentSetup,
  memory: Readonly<Record<string, Float64Array>>,
): Algorithm {
  const entry = ALGORITHMS[spec.kind] as Entry<AlgorithmKind> | undefined;
  if (!entry)
    throw new RangeError(`algorithm: must be one of ${Object.keys(ALGORITHMS).join(", ")}, got ${spec.kind}`);
  return (entry.create as AlgorithmFactory<AlgorithmSpec>)(spec, setup, memory);
}
