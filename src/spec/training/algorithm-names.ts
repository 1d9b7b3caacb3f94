/** What people call the algorithms; messages for readers use these, files and links the kinds. */
import type { AlgorithmKind } from "./types.ts";

/** As in the menu. */
export const ALGORITHM_NAMES: Readonly<Record<AlgorithmKind, string>> = {
  "ddpo-is": "DDPO-IS",
  "ddpo-sf": "DDPO-SF",
  dpok: "DPOK",
  "flow-grpo": "Flow-GRPO",
  "dance-grpo": "DanceGRPO",
  "mix-grpo": "MixGRPO",
  sdpo: "SDPO",
  rwr: "Reward-weighted regression",
  direct: "Direct backpropagation",
  "best-of-n": "Best of n, no training",
};
