/** Weights of policy networks as the page gets and gives them: files that ship with it, and the user's own. */
import { readNetworkFile, writeNetworkFile } from "../../alignment/network-files.ts";
import type { NetworkShape } from "../../alignment/policy-network.ts";
import type { NetworkSpec } from "../../spec/training/types.ts";
import type { ModelSpec, ProcessSpec } from "../../spec/types.ts";
import type { NetworkWeights } from "../training-engine.ts";

/** What weights belong to. */
export interface WeightsOf {
  readonly model: ModelSpec;
  readonly process: ProcessSpec;
  readonly network: NetworkSpec;
}

/** The part of a manifest that is read here. */
interface Manifest extends WeightsOf {
  readonly file: string;
}

/** Names of the manifests that may hold weights for a law. */
function namesFor(model: ModelSpec): readonly string[] {
  switch (model.kind) {
    case "shape":
      return [model.shape];
    case "mixture":
      return ["mixture"];
    case "gaussian":
      return model.mean.length === 1 ? ["gaussian", "normal-vp"] : [];
    case "points":
      return [];
  }
}

/** Reads and writes weights; `base` is the address of the folder of those that ship, with a "/" at its end. */
export function createWeightFiles(base: string, fetcher: typeof fetch = (...args) => fetch(...args)) {
  return {
    /** Weights made for exactly this law, process and network; null where none ship. */
    shipped: async (spec: WeightsOf, signal: AbortSignal): Promise<NetworkWeights | null> => {
      for (const name of namesFor(spec.model)) {
        const manifest = (await ask(fetcher, `${base}${name}.json`, signal).then((r) =>
          r.json(),
        )) as Manifest;
        if (!sameOrigin(manifest, spec)) continue;
        const bytes = await ask(fetcher, `${base}${manifest.file}`, signal).then((r) => r.arrayBuffer());
        const parameters = readNetworkFile(new Uint8Array(bytes), shapeOf(spec), manifest.file);
        return { parameters, steps: spec.network.pretrainSteps };
      }
      return null;
    },
    /** Rejects with WeightFileError, which names the tensor that does not fit. */
    read: (bytes: Uint8Array, name: string, spec: WeightsOf): Promise<NetworkWeights> =>
      Promise.resolve().then(() => ({ parameters: readNetworkFile(bytes, shapeOf(spec), name), steps: 0 })),
    write: (weights: { readonly parameters: Float64Array }, spec: WeightsOf): Promise<Uint8Array> =>
      Promise.resolve(writeNetworkFile(shapeOf(spec), weights.parameters)),
  };
}

async function ask(fetcher: typeof fetch, address: string, signal: AbortSignal): Promise<Response> {
  const response = await fetcher(address, { signal });
  if (!response.ok)
    throw new Error(`weights: ${address} must be there, got status ${response.status}; reload the page`);
  return response;
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

/** True if weights of one are weights of the other, whatever the order of fields. */
function sameOrigin(a: WeightsOf, b: WeightsOf): boolean {
  return (["model", "process", "network"] as const).every(
    (part) => canonical(a[part]) === canonical(b[part]),
  );
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
