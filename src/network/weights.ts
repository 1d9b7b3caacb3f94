/**
 * A network's parameters as backends want them: channels last. A matrix or convolution becomes [inputs, outputs] with the
 * inputs of a convolution in the order (row, column, channel).
 */
import { type Architecture, levelSides, parameterShapes } from "./architecture.ts";
import { type StoredTensor, type WeightFile, WeightFileError } from "./safetensors.ts";

/** Numbers of a parameter; `shape` is [inputs, outputs], [side, side, channels], [tokens, embedding] or [channels]. */
export interface Parameter {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface NetworkWeights {
  readonly architecture: Architecture;
  /** By the names of parameterShapes. */
  readonly parameters: ReadonlyMap<string, Parameter>;
}

/** A parameter by its name; a missing one is a bug here, since files are checked. */
export function parameterOf({ parameters }: NetworkWeights, name: string): Parameter {
  const found = parameters.get(name);
  if (!found) throw new Error(`${name}: internal: the network must have this parameter`);
  return found;
}

/** Checks a file against the architecture and turns its tensors. Throws WeightFileError, which names the tensor. */
export function networkWeights(
  architecture: Architecture,
  { tensors }: WeightFile,
  file = "weights",
): NetworkWeights {
  const expected = parameterShapes(architecture);
  const known = new Set(expected.map(({ name }) => name));
  const extra = [...tensors.keys()].find((name) => !known.has(name));
  if (extra !== undefined)
    throw new WeightFileError(file, `the ${known.size} tensors of the network must be all`, `also ${extra}`);
  const parameters = new Map<string, Parameter>();
  for (const { name, shape } of expected) {
    const tensor = tensors.get(name);
    const wanted = `tensor ${name} must be numbers of shape [${shape.join(", ")}]`;
    if (!tensor) throw new WeightFileError(file, wanted, "none of that name");
    const { data } = tensor;
    if (tensor.shape.join() !== shape.join() || !(data instanceof Float32Array))
      throw new WeightFileError(file, wanted, `${tensor.type} [${tensor.shape.join(", ")}]`);
    const bad = firstUnbounded(data);
    if (bad >= 0) throw new WeightFileError(file, `tensor ${name} must be finite`, `${data[bad]} at ${bad}`);
    parameters.set(name, turned(architecture, name, shape, data));
  }
  return { architecture, parameters };
}

/** Place of the first number that is not finite, or -1. */
function firstUnbounded(data: Float32Array): number {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return i;
  return -1;
}

/** The inverse of networkWeights: tensors as files hold them, in the order of parameterShapes. */
export function storedWeights({ architecture, parameters }: NetworkWeights, type: "F16" | "F32"): WeightFile {
  const entries = parameterShapes(architecture).map(({ name, shape }): readonly [string, StoredTensor] => {
    const data = parameters.get(name)?.data;
    if (!data) throw new Error(`${name}: internal: the network must have this parameter`);
    return [name, { type, shape, data: turnedBack(architecture, name, shape, data) }];
  });
  return { tensors: new Map(entries), metadata: {} };
}

function turned(
  architecture: Architecture,
  name: string,
  shape: readonly number[],
  data: Float32Array,
): Parameter {
  const [, half] = levelSides(architecture);
  // PyTorch views the layout's outputs as [channels, positions]; maps here have their channels last.
  if (name === "layout.bias")
    return { shape, data: transpose(data, [1, architecture.layoutChannels, half * half], [0, 2, 1]) };
  if (name === "layout.weight") {
    const [outputs = 0, inputs = 0] = shape;
    const data3 = transpose(data, [architecture.layoutChannels, half * half, inputs], [2, 1, 0]);
    return { shape: [inputs, outputs], data: data3 };
  }
  if (name === "position") {
    const [, channels = 0, height = 0, width = 0] = shape;
    return {
      shape: [height, width, channels],
      data: transpose(data, [1, channels, height * width], [0, 2, 1]),
    };
  }
  if (shape.length === 1 || name.startsWith("tokens.")) return { shape, data };
  const [outputs = 0, inputs = 0, height = 1, width = 1] = shape;
  return {
    shape: [height * width * inputs, outputs],
    data: transpose(data, [outputs, inputs, height * width], [2, 1, 0]),
  };
}

function turnedBack(
  architecture: Architecture,
  name: string,
  shape: readonly number[],
  data: Float32Array,
): Float32Array {
  const [, half] = levelSides(architecture);
  const { layoutChannels } = architecture;
  if (name === "layout.bias") return transpose(data, [1, half * half, layoutChannels], [0, 2, 1]);
  if (name === "layout.weight")
    return transpose(data, [shape[1] ?? 0, half * half, layoutChannels], [2, 1, 0]);
  if (name === "position") {
    const [, channels = 0, height = 0, width = 0] = shape;
    return transpose(data, [1, height * width, channels], [0, 2, 1]);
  }
  if (shape.length === 1 || name.startsWith("tokens.")) return data;
  const [outputs = 0, inputs = 0, height = 1, width = 1] = shape;
  return transpose(data, [height * width, inputs, outputs], [2, 1, 0]);
}

/** Entries with three axes (two, if the first has length 1) in a new order: axis i of the result is axis order[i] of the data. */
export function transpose(
  data: Float32Array,
  shape: readonly [number, number, number],
  order: readonly [number, number, number],
): Float32Array {
  const strides = [shape[1] * shape[2], shape[2], 1];
  const [s0 = 0, s1 = 0, s2 = 0] = order.map((axis) => strides[axis]);
  const [n0 = 0, n1 = 0, n2 = 0] = order.map((axis) => shape[axis]);
  const out = new Float32Array(data.length);
  let to = 0;
  for (let i = 0; i < n0; i++)
    for (let j = 0; j < n1; j++) {
      let from = i * s0 + j * s1;
      for (let k = 0; k < n2; k++, from += s2) out[to++] = data[from] ?? NaN;
    }
  return out;
}
