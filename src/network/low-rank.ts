/** Where a network takes trainable low-rank parts: every layer that is a matrix product over channels. */
import { type Architecture, parameterShapes } from "./architecture.ts";

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
