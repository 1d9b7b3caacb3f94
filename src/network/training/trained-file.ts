/** A network trained from scratch as a weight file that the page and `npm run train` read. */
import { parameterShapes, sizeOf } from "../architecture.ts";
import { halfFromFloat } from "../half.ts";
import { writeSafetensors } from "../safetensors.ts";
import { type NetworkWeights, storedWeights } from "../weights.ts";

/** safetensors in fp16. Throws RangeError where a number is not finite there. */
export function trainedFile(weights: NetworkWeights, about: Readonly<Record<string, string>>): Uint8Array {
  const { tensors } = storedWeights(weights, "F16");
  for (const [name, { data }] of tensors) {
    const bad = data.find((value) => !Number.isFinite(value) || (halfFromFloat(value) & 0x7c00) === 0x7c00);
    if (bad !== undefined)
      throw new RangeError(`${name}: must be finite in fp16, got ${bad}; train again with another seed`);
  }
  return writeSafetensors({ tensors, metadata: about });
}

/** Number of all parameters. */
export function parameterCount({ architecture }: NetworkWeights): number {
  return parameterShapes(architecture).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}
