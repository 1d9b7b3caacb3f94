/** Weights of policy networks as safetensors files, and back, with every tensor checked. */
import {
  readSafetensors,
  type StoredTensor,
  WeightFileError,
  writeSafetensors,
} from "../network/safetensors.ts";
import { parameterCount, parameterParts } from "./network-shape.ts";
import type { NetworkShape, ParameterPart } from "./policy-network.ts";

export interface NetworkFileOptions {
  /** F16 halves the file and rounds to 11 bits; F32, the default, to 24. */
  readonly type?: "F16" | "F32";
  /** Texts for the file's header. */
  readonly metadata?: Readonly<Record<string, string>>;
}

const ADVICE = "choose weights of the same network, or set the network to theirs";

/** Header entry that tells a file's prediction, which no tensor shows. */
const PREDICTION = "prediction";

/** Bytes of a safetensors file with the parameters of the flat row, part by part. */
export function writeNetworkFile(
  shape: NetworkShape,
  parameters: Float64Array,
  { type = "F32", metadata = {} }: NetworkFileOptions = {},
): Uint8Array {
  const tensors = new Map(
    parameterParts(shape).map((part): readonly [string, StoredTensor] => [
      part.name,
      { type, shape: part.shape, data: Float32Array.from(parameters.subarray(part.offset, endOf(part))) },
    ]),
  );
  return writeSafetensors({ tensors, metadata: { ...metadata, [PREDICTION]: shape.prediction } });
}

/**
 * The flat row of a file for a network of this shape; `file` names it in errors. Throws WeightFileError, which names the
 * tensor whose name, shape, type or numbers do not fit.
 */
export function readNetworkFile(bytes: Uint8Array, shape: NetworkShape, file = "weights"): Float64Array {
  const { tensors, metadata } = readSafetensors(bytes, file);
  const stated = metadata[PREDICTION];
  if (stated !== undefined && stated !== shape.prediction)
    throw new WeightFileError(file, `the network must predict ${shape.prediction}`, stated, ADVICE);
  const parts = parameterParts(shape);
  const parameters = new Float64Array(parameterCount(shape));
  for (const part of parts) parameters.set(checkedTensor(tensors.get(part.name), part, file), part.offset);
  const known = new Set(parts.map(({ name }) => name));
  const other = [...tensors.keys()].find((name) => !known.has(name));
  if (other !== undefined)
    throw new WeightFileError(
      file,
      `the file must hold the ${parts.length} tensors of ${shape.depth} layers of ${shape.width} only`,
      `a tensor ${other} as well`,
      ADVICE,
    );
  return parameters;
}

function checkedTensor(tensor: StoredTensor | undefined, part: ParameterPart, file: string) {
  const expected = `tensor ${part.name} must have shape [${part.shape.join(", ")}]`;
  if (!tensor) throw new WeightFileError(file, expected, "none of that name", ADVICE);
  if (tensor.shape.join() !== part.shape.join())
    throw new WeightFileError(file, expected, `[${tensor.shape.join(", ")}]`, ADVICE);
  if (tensor.type === "I32")
    throw new WeightFileError(file, `tensor ${part.name} must have type F32 or F16`, tensor.type, ADVICE);
  const bad = tensor.data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new WeightFileError(
      file,
      `tensor ${part.name} must be finite`,
      `${tensor.data[bad]} at ${bad}`,
      ADVICE,
    );
  return tensor.data;
}

function endOf({ offset, shape }: ParameterPart): number {
  return offset + shape.reduce((product, size) => product * size, 1);
}
