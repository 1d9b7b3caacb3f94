/** Weights that ship with the lab, found by what they were trained for and checked against the list that names them. */
import { readNetworkFile } from "../../alignment/network-files.ts";
import { checkFile } from "../../network/manifest.ts";
import type { NetworkSpec } from "../../spec/training/types.ts";
import type { ModelSpec, ProcessSpec } from "../../spec/types.ts";
import type { NetworkWeights } from "../training-engine.ts";

/** What decides weights: nothing else of a specification does. */
export interface WeightsOf {
  readonly model: ModelSpec;
  readonly process: ProcessSpec;
  readonly network: NetworkSpec;
}

/** One line of index.json. */
interface Entry extends WeightsOf {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Brings a file of the folder public/models/points. Rejects where it cannot. */
export type ReadPointsFile = (name: string) => Promise<Uint8Array>;

/**
 * Weights made for exactly this law, process and network (its steps and seed too), as pretraining here would make them but for
 * rounding to half precision; null where none ship. Rejects with WeightFileError where a file is damaged.
 */
export async function shippedWeights(
  read: ReadPointsFile,
  dim: number,
  wanted: WeightsOf,
): Promise<NetworkWeights | null> {
  const list = JSON.parse(new TextDecoder().decode(await read("index.json"))) as {
    readonly networks: readonly Entry[];
  };
  const entry = list.networks.find((candidate) => sameWeights(candidate, wanted));
  if (!entry) return null;
  const bytes = await read(entry.file);
  await checkFile(bytes, entry);
  const { width, depth, prediction, pretrainSteps: steps } = entry.network;
  return { parameters: readNetworkFile(bytes, { dim, width, depth, prediction }, entry.file), steps };
}

/** True if weights of one are weights of the other, whatever the order of fields. */
function sameWeights(a: WeightsOf, b: WeightsOf): boolean {
  const key = ({ model, process, network }: WeightsOf) => canonical([model, process, network]);
  return key(a) === key(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
