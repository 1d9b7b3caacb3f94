/** A flat row of parameters as a safetensors file, part by part, and back, with every tensor checked. */
import {
  type StoredTensor,
  type WeightFile,
  WeightFileError,
  writeSafetensors,
} from "../network/safetensors.ts";
import type { ParameterPart } from "./policy-network.ts";

export interface PartsFileOptions {
  /** F16 halves the file and rounds to 11 bits; F32, the default, to 24. */
  readonly type?: "F16" | "F32";
  /** Texts for the file's header. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** What to say of a file that does not fit. */
export interface PartsFileWords {
  /** The file's name. */
  readonly file: string;
  /** What all the parts are: "3 layers of 128". */
  readonly whole: string;
  /** What to do. */
  readonly advice: string;
}

/** Bytes of the file. */
export function writePartsFile(
  parts: readonly ParameterPart[],
  parameters: Float64Array,
  { type = "F32", metadata = {} }: PartsFileOptions = {},
): Uint8Array {
  const tensors = new Map(
    parts.map((part): readonly [string, StoredTensor] => [
      part.name,
      { type, shape: part.shape, data: Float32Array.from(parameters.subarray(part.offset, endOf(part))) },
    ]),
  );
  return writeSafetensors({ tensors, metadata });
}

/** The flat row of a file with these parts and no others. Throws WeightFileError, which names the tensor that does not fit. */
export function readParts(
  { tensors }: WeightFile,
  parts: readonly ParameterPart[],
  words: PartsFileWords,
): Float64Array {
  const parameters = new Float64Array(Math.max(0, ...parts.map(endOf)));
  for (const part of parts) parameters.set(checkedTensor(tensors.get(part.name), part, words), part.offset);
  const known = new Set(parts.map(({ name }) => name));
  const other = [...tensors.keys()].find((name) => !known.has(name));
  if (other === undefined) return parameters;
  throw new WeightFileError(
    words.file,
    `the file must hold the ${parts.length} tensors of ${words.whole} only`,
    `a tensor ${other} as well`,
    words.advice,
  );
}

function checkedTensor(
  tensor: StoredTensor | undefined,
  part: ParameterPart,
  { file, advice }: PartsFileWords,
) {
  const expected = `tensor ${part.name} must have shape [${part.shape.join(", ")}]`;
  if (!tensor) throw new WeightFileError(file, expected, "none of that name", advice);
  if (tensor.shape.join() !== part.shape.join())
    throw new WeightFileError(file, expected, `[${tensor.shape.join(", ")}]`, advice);
  if (tensor.type === "I32")
    throw new WeightFileError(file, `tensor ${part.name} must have type F32 or F16`, tensor.type, advice);
  const bad = tensor.data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new WeightFileError(
      file,
      `tensor ${part.name} must be finite`,
      `${tensor.data[bad]} at ${bad}`,
      advice,
    );
  return tensor.data;
}

function endOf({ offset, shape }: ParameterPart): number {
  return offset + shape.reduce((product, size) => product * size, 1);
}
