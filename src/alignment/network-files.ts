/** Weights of policy networks as safetensors files, and back, with every tensor checked. */
import { readSafetensors, WeightFileError } from "../network/safetensors.ts";
import { parameterParts } from "./network-shape.ts";
import { readParts, type PartsFileOptions, writePartsFile } from "./parts-file.ts";
import type { NetworkShape } from "./policy-network.ts";

const ADVICE = "choose weights of the same network, or set the network to theirs";

/** Header entry that tells a file's prediction, which no tensor shows. */
const PREDICTION = "prediction";

/** Bytes of a safetensors file with the parameters of the flat row, part by part. */
export function writeNetworkFile(
  shape: NetworkShape,
  parameters: Float64Array,
  { type = "F32", metadata = {} }: PartsFileOptions = {},
): Uint8Array {
  return writePartsFile(parameterParts(shape), parameters, {
    type,
    metadata: { ...metadata, [PREDICTION]: shape.prediction },
  });
}

/**
 * The flat row of a file for a network of this shape; `file` names it in errors. Throws WeightFileError, which names the
 * tensor whose name, shape, type or numbers do not fit.
 */
export function readNetworkFile(bytes: Uint8Array, shape: NetworkShape, file = "weights"): Float64Array {
  const read = readSafetensors(bytes, file);
  const stated = read.metadata[PREDICTION];
  if (stated !== undefined && stated !== shape.prediction)
    throw new WeightFileError(file, `the network must predict ${shape.prediction}`, stated, ADVICE);
  const whole = `${shape.depth} layers of ${shape.width}`;
  return readParts(read, parameterParts(shape), { file, whole, advice: ADVICE });
}
