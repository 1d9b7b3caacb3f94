/** Trained low-rank parts of the glyph model as safetensors files, and back, with every tensor checked. */
import { GLYPH } from "../network/architecture.ts";
import { readSafetensors, WeightFileError } from "../network/safetensors.ts";
import type { AdapterSpec, GlyphPolicySpec } from "../spec/training/types.ts";
import { adaptedLayers, adapterParts } from "./adapter.ts";
import { readParts, writePartsFile } from "./parts-file.ts";

const ADVICE = "choose an adapter of the same network, or set rank, layers and network to its own";

/** Header entry that tells which network the parts were trained for; their shapes are the same for both. */
const NETWORK = "network";

type Adapted = Pick<AdapterSpec, "rank" | "layers">;

/** Bytes of a file with the parts of the flat row. */
export function writeAdapterFile(
  adapter: Adapted,
  weights: GlyphPolicySpec["weights"],
  parameters: Float64Array,
): Uint8Array {
  const metadata = { [NETWORK]: weights, rank: String(adapter.rank), layers: adapter.layers };
  return writePartsFile(partsOf(adapter), parameters, { metadata });
}

/** The flat row of a file; `file` names it in errors. Throws WeightFileError, which names what does not fit. */
export function readAdapterFile(
  bytes: Uint8Array,
  adapter: Adapted,
  weights: GlyphPolicySpec["weights"],
  file = "adapter",
): Float64Array {
  const read = readSafetensors(bytes, file);
  const stated = read.metadata[NETWORK];
  if (stated !== undefined && stated !== weights)
    throw new WeightFileError(file, `the adapter must be of the ${weights}`, stated, ADVICE);
  const whole = `rank ${adapter.rank} in ${adapter.layers === "all" ? "all layers" : "the attention layers"}`;
  return readParts(read, partsOf(adapter), { file, whole, advice: ADVICE });
}

function partsOf(adapter: Adapted) {
  return adapterParts(adaptedLayers(GLYPH, adapter));
}
