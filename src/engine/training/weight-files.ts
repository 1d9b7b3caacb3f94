/** Weights of policy networks as the page gets and gives them: files that ship with it, and the user's own. */
import { readNetworkFile, writeNetworkFile } from "../../alignment/network-files.ts";
import type { NetworkShape } from "../../alignment/policy-network.ts";
import type { ModelSpec } from "../../spec/types.ts";
import type { NetworkWeights } from "../training-engine.ts";
import { shippedWeights, type WeightsOf } from "./shipped.ts";

/** Reads and writes weights; `base` is the address of the folder of those that ship, with a "/" at its end. */
export function createWeightFiles(base: string, fetcher: typeof fetch = (...args) => fetch(...args)) {
  return {
    /** Weights made for exactly this law, process and network; null where none ship. */
    shipped: (spec: WeightsOf, signal: AbortSignal): Promise<NetworkWeights | null> =>
      shippedWeights((name) => fetchBytes(fetcher, `${base}${name}`, signal), dimOf(spec.model), spec),
    /** Rejects with WeightFileError, which names the tensor that does not fit. */
    read: (bytes: Uint8Array, name: string, spec: WeightsOf): Promise<NetworkWeights> =>
      Promise.resolve().then(() => ({ parameters: readNetworkFile(bytes, shapeOf(spec), name), steps: 0 })),
    write: (weights: { readonly parameters: Float64Array }, spec: WeightsOf): Promise<Uint8Array> =>
      Promise.resolve(writeNetworkFile(shapeOf(spec), weights.parameters)),
  };
}

async function fetchBytes(fetcher: typeof fetch, address: string, signal: AbortSignal): Promise<Uint8Array> {
  const response = await fetcher(address, { signal });
  if (!response.ok)
    throw new Error(`weights: ${address} must be there, got status ${response.status}; reload the page`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Dimension of a law on the line or in the plane. */
function dimOf(model: ModelSpec): number {
  if (model.kind === "gaussian") return model.mean.length;
  if (model.kind === "shape") return 2;
  if (model.kind === "mixture") return model.components[0]?.mean.length ?? 1;
  return (model.components?.[0]?.mean ?? model.points?.[0])?.length ?? 1;
}

function shapeOf({ model, network: { width, depth, prediction } }: WeightsOf): NetworkShape {
  return { dim: dimOf(model), width, depth, prediction };
}
