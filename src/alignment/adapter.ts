/** Layout of the glyph network's trainable low-rank parts in one flat row, and their seeded start. */
import { createRandom, FIT_STREAM } from "../math/philox.ts";
import type { Architecture } from "../network/architecture.ts";
import { lowRankShapes } from "../network/low-rank.ts";
import type { AdapterSpec } from "../spec/training/types.ts";
import type { ParameterPart } from "./policy-network.ts";

/** One layer's part: a [inputs, rank] from `a` on, b [rank, outputs] from `b` on, row-major. */
export interface AdaptedLayer {
  readonly layer: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly rank: number;
  readonly a: number;
  readonly b: number;
}

/** The layers that an adapter trains, in the order of the network's slots. */
export function adaptedLayers(
  architecture: Architecture,
  { rank, layers }: Pick<AdapterSpec, "rank" | "layers">,
): readonly AdaptedLayer[] {
  let offset = 0;
  return lowRankShapes(architecture)
    .filter(({ layer }) => layers === "all" || layer.startsWith("attend_"))
    .map(({ layer, inputs, outputs }) => {
      const a = offset;
      const b = a + inputs * rank;
      offset = b + rank * outputs;
      return { layer, inputs, outputs, rank, a, b };
    });
}

/** Numbers of the flat row. */
export function adapterSize(layers: readonly AdaptedLayer[]): number {
  return layers.reduce((sum, { inputs, outputs, rank }) => sum + rank * (inputs + outputs), 0);
}

/** Named parts of the flat row: attend_down.qkv.a, attend_down.qkv.b, .. */
export function adapterParts(layers: readonly AdaptedLayer[]): readonly ParameterPart[] {
  return layers.flatMap(({ layer, inputs, outputs, rank, a, b }) => [
    { name: `${layer}.a`, shape: [inputs, rank], offset: a },
    { name: `${layer}.b`, shape: [rank, outputs], offset: b },
  ]);
}

/** The row to begin with: a normal with variance 1 / inputs, b 0, so that the network is the pretrained one [Hu21]. */
export function initialAdapter(layers: readonly AdaptedLayer[], seed: number): Float64Array {
  const random = createRandom(seed, FIT_STREAM);
  const row = new Float64Array(adapterSize(layers));
  for (const { inputs, rank, a } of layers)
    for (let i = 0; i < inputs * rank; i++) row[a + i] = random.normal() / Math.sqrt(inputs);
  return row;
}
