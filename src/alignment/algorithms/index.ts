/** The table of algorithms. A new one is one file and one entry here. */
import type { AlgorithmKind, AlgorithmSpec } from "../../spec/training/types.ts";
import type { Algorithm, AlgorithmCard, AlgorithmFactory, AlignmentSetup } from "../algorithm.ts";
import { BEST_OF_N_CARD, bestOfN } from "./best-of-n.ts";
import { DANCE_GRPO_CARD, danceGrpo } from "./dance-grpo.ts";
import { DDPO_IS_CARD, DDPO_SF_CARD, ddpoIs, ddpoSf } from "./ddpo.ts";
import { DIRECT_CARD, direct } from "./direct.ts";
import { DPOK_CARD, dpok } from "./dpok.ts";
import { FLOW_GRPO_CARD, flowGrpo } from "./flow-grpo.ts";
import { MIX_GRPO_CARD, mixGrpo } from "./mix-grpo.ts";
import { RWR_CARD, rwr } from "./rwr.ts";
import { SDPO_CARD, sdpo } from "./sdpo.ts";

interface Entry<K extends AlgorithmKind> {
  readonly create: AlgorithmFactory<Extract<AlgorithmSpec, { kind: K }>>;
  readonly card: AlgorithmCard;
}

const ALGORITHMS: { readonly [K in AlgorithmKind]: Entry<K> } = {
  "ddpo-sf": { create: ddpoSf, card: DDPO_SF_CARD },
  "ddpo-is": { create: ddpoIs, card: DDPO_IS_CARD },
  dpok: { create: dpok, card: DPOK_CARD },
  "flow-grpo": { create: flowGrpo, card: FLOW_GRPO_CARD },
  "dance-grpo": { create: danceGrpo, card: DANCE_GRPO_CARD },
  "mix-grpo": { create: mixGrpo, card: MIX_GRPO_CARD },
  sdpo: { create: sdpo, card: SDPO_CARD },
  rwr: { create: rwr, card: RWR_CARD },
  direct: { create: direct, card: DIRECT_CARD },
  "best-of-n": { create: bestOfN, card: BEST_OF_N_CARD },
};

/** The algorithm of a specification. Throws RangeError where its settings leave nothing to train. */
export function createAlgorithm(
  spec: AlgorithmSpec,
  setup: AlignmentSetup,
  memory: Readonly<Record<string, Float64Array>>,
): Algorithm {
  const { create } = ALGORITHMS[spec.kind] as unknown as Entry<AlgorithmKind>;
  return (create as AlgorithmFactory<AlgorithmSpec>)(spec, setup, memory);
}

/** What a reader is told of an algorithm. */
export function algorithmCard(kind: AlgorithmKind): AlgorithmCard {
  return ALGORITHMS[kind].card;
}
