/** Where a network takes trainable low-rank parts: every layer that is a matrix product over channels. */
import { type Architecture, parameterShapes } from "./architecture.ts";
import type { NetworkWeights } from "./weights.ts";

/** A slot: a [inputs, rank] and b [rank, outputs] add x a b to the layer's result [Hu21]. */
export interface LowRankShape {
  readonly layer: string;
  readonly inputs: number;
  readonly outputs: number;
}

/**
 * Slots of a network: film, time, jump, prompt, layout, qkv, out and skip layers. The outputs of `layout` are in the order
 * (position, channel), as everywhere in src/network.
 */
export function lowRankShapes(architecture: Architecture): readonly LowRankShape[] {
  return parameterShapes(architecture).flatMap(({ name, shape }) => {
    const [outputs = 0, inputs = 0, side = 1] = shape;
    const isProduct = name.endsWith(".weight") && shape.length > 1 && side === 1;
    return isProduct && !name.startsWith("tokens.")
      ? [{ layer: name.slice(0, -".weight".length), inputs, outputs }]
      : [];
  });
}

/** A trained part, row-major: a [inputs, rank], b [rank, outputs]. */
export interface LowRankPart {
  readonly a: Float32Array;
  readonly b: Float32Array;
}

/** Weights with parts by layer added to their matrices, times `share`: for backends that know no low-rank parts. */
export function mergeLowRank(
  weights: NetworkWeights,
  parts: ReadonlyMap<string, LowRankPart>,
  share = 1,
): NetworkWeights {
  const slots = new Map(lowRankShapes(weights.architecture).map((slot) => [slot.layer, slot]));
  const parameters = new Map(weights.parameters);
  for (const [layer, { a, b }] of parts) {
    const slot = slots.get(layer);
    const old = parameters.get(`${layer}.weight`);
    const rank = slot ? a.length / slot.inputs : NaN;
    if (!slot || !old || !Number.isInteger(rank) || b.length !== rank * slot.outputs)
      throw new RangeError(
        `low-rank part of ${layer}: must have a [${slot?.inputs}, r] and b [r, ${slot?.outputs}], got ${a.length} and ${b.length} numbers`,
      );
    parameters.set(`${layer}.weight`, {
      shape: old.shape,
      data: addProduct(old.data, a, b, slot.outputs, share),
    });
  }
  return { architecture: weights.architecture, parameters };
}

function addProduct(
  matrix: Float32Array,
  a: Float32Array,
  b: Float32Array,
  outputs: number,
  share: number,
): Float32Array {
  const rank = b.length / outputs;
  return matrix.map((value, at) => {
    const row = Math.floor(at / outputs);
    let sum = 0;
    for (let r = 0; r < rank; r++)
      sum += (a[row * rank + r] ?? NaN) * (b[r * outputs + (at % outputs)] ?? NaN);
    return value + share * sum;
  });
}
